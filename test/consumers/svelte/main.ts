import '@secure-call/element/define';
import type {} from '@secure-call/element/svelte';
import { mount } from 'svelte';
import App from './app.svelte';

const target = document.querySelector('#app');
if (target) mount(App, { target, props: { call: 'q3ZkX0mFQJmYkq1V8u2bRw' } });
