import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { minify } from 'terser';
const gzip = c => gzipSync(c, { level: 9 }).length;
const css = code => code.replace(/`(\n[^`$]{200,})`/g, (_, t) => '`' + t.replace(/\s+/g,' ').replace(/\s*([{};,>])\s*/g,'$1').replace(/:\s+/g,':').replace(/;}/g,'}').trim() + '`');
for (const what of ['@secure-call/element/define','@secure-call/player']) {
const b = await rollup({ input: 'entry', external:what.includes('element')?[/^@secure-call\/player/]:[], plugins: [{name:'entry',resolveId:id=>id==='entry'?id:null,load:id=>id==='entry'?`export * from '${what}';`:null}, nodeResolve({ rootDir: new URL('../', import.meta.url).pathname })], onwarn(){} });
const { output } = await b.generate({ format:'es' });
const opts = { base:{module:true}, passes:{module:true,ecma:2020,compress:{passes:3}}, props:{module:true,mangle:{properties:{regex:/^#/}}} };
for (const [n,o] of Object.entries(opts)) for (const c of [0,1]) { let t=0; const parts=[]; for (const ch of output) { if (ch.type!=='chunk'|| /locales\/(en|sv|de|ar)\//.test(ch.facadeModuleId??'')) continue; const g=gzip((await minify(c?css(ch.code):ch.code,structuredClone?{...o}:o)).code); t+=g; parts.push(ch.fileName+' '+g);} console.log(what,n,c?'css':'',t,parts.join(', ')); }
// poor man's private mangle
let t=0; for (const ch of output) { if (ch.type!=='chunk'|| /locales\/(en|sv|de|ar)\//.test(ch.facadeModuleId??'')) continue; let code=(await minify(css(ch.code),{module:true,ecma:2020,compress:{passes:3}})).code; const m=new Map(); const names='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'; code=code.replace(/#([A-Za-z]\w*)(?=[^\w])/g,(w,n)=> /^[0-9a-f]{6}$|^[0-9a-f]{3}$/.test(n)?w:'#'+(m.get(n)??(m.set(n,m.size<52?names[m.size]:'a'+m.size),m.get(n)))); t+=gzip(code);} console.log(what,'private mangled',t);
}
