import '@secure-call/element/define';
import type {} from '@secure-call/element/vue';
import { createApp } from 'vue';
import App from './app.vue';

createApp(App, { call: 'q3ZkX0mFQJmYkq1V8u2bRw' }).mount('#app');
