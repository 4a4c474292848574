import type { PairingView } from '../../pairing/pairing-links.ts'
import { helperPicture, whatsappWeb } from './passkey-helper.ts'

/** What stays until somebody does something. */
export const over: ReadonlySet<PairingView['kind']> = new Set<PairingView['kind']>([
  'ready',
  'linked',
  'failed',
  'ended',
])

/** Counts down, and takes over what the server says now. What somebody types stays. */
const follow = `const left=()=>document.querySelector('[data-left]');
setInterval(()=>{const n=left();if(n&&n.textContent>0)n.textContent=n.textContent-1},1000);
setInterval(async()=>{const m=document.querySelector('main');if(${JSON.stringify([...over])}.includes(m.dataset.kind))return;
try{const r=await fetch('?look=1');const d=new DOMParser().parseFromString(await r.text(),'text/html');const n=d.querySelector('main');
if(n.dataset.key!==m.dataset.key)m.replaceWith(n);else{const a=left(),b=n.querySelector('[data-left]');if(a&&b)a.textContent=b.textContent}}catch{}},2000);`

/** Looks for the extension; one browser tells no page which extensions it has. */
const look = `const mark=(h)=>{document.documentElement.dataset.helper=h};
const p=new Image();p.onload=()=>mark('yes');p.onerror=()=>{if(/Firefox/.test(navigator.userAgent))mark('maybe')};p.src=${JSON.stringify(helperPicture)};`

/** Goes to WhatsApp with what is to be signed behind the #, which browsers send to nobody, and sends on what comes back in the same way. */
const handOver = `addEventListener('click',({target:t})=>{const b=t.closest('[data-sign]');if(!b)return;
const q=JSON.stringify({options:JSON.parse(b.dataset.sign),back:location.origin+location.pathname});
location.assign(${JSON.stringify(whatsappWeb)}+'#switchboard='+btoa(q).replaceAll('+','-').replaceAll('/','_').replace(/=+$/,''))});
const back=/^#passkey=([\\w-]+)$/.exec(location.hash);
if(back){history.replaceState(null,'',location.pathname);const f=document.createElement('form');f.method='post';f.action='?';f.hidden=true;
const i=document.createElement('input');i.name='credential';i.value=atob(back[1].replaceAll('-','+').replaceAll('_','/'));f.append(i);document.body.append(f);f.submit()}`

/** All that the page does by itself. */
export const script = `${follow}\n${look}\n${handOver}`
