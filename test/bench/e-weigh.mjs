import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';
import { minify } from 'terser';
const gzip = c => gzipSync(c, { level: 9 }).length;
const b = await rollup({ input: 'entry', external:[/^@secure-call\/player/], plugins: [{name:'entry',resolveId:id=>id==='entry'?id:null,load:id=>id==='entry'?"export * from '@secure-call/element/define';":null}, nodeResolve({ rootDir: new URL('../', import.meta.url).pathname })], onwarn(){} });
const { output } = await b.generate({ format:'es' });
for (const ch of output) { if (ch.type!=='chunk' || /locales\/(en|sv|de|ar)\//.test(ch.facadeModuleId??'')) continue;
  const full = gzip((await minify(ch.code,{module:true})).code);
  console.log('CHUNK', ch.fileName, full);
  const rows=[];
  for (const [id,m] of Object.entries(ch.modules)) { if(!m.code) continue; const without=ch.code.replace(m.code,''); try{ rows.push([full-gzip((await minify(without,{module:true,compress:{unused:false,side_effects:false}})).code) , id.split('/dist/')[1]??id]); }catch(e){rows.push([-1,id])} }
  rows.sort((a,b)=>b[0]-a[0]); for(const r of rows.slice(0,45)) console.log(String(r[0]).padStart(6), r[1]);
}
