/** Look of the API page; light and dark by the reader's system. */
export const docsStyle = `
:root{--bg:#fbfbfa;--panel:#fff;--ink:#1c2420;--soft:#5d6b64;--line:#e3e7e4;--accent:#0b7a5c;--code:#f2f5f3;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--bg:#111614;--panel:#171d1a;--ink:#e6ece9;--soft:#93a39b;--line:#29322d;--accent:#4fd1a5;--code:#1e2622}}
*{box-sizing:border-box}html{scroll-padding-top:1rem}
body{margin:0;font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;background:var(--bg);color:var(--ink);display:grid;grid-template-columns:15rem minmax(0,1fr)}
nav{position:sticky;top:0;align-self:start;height:100vh;overflow:auto;padding:1.75rem 1.25rem;border-right:1px solid var(--line)}
nav b{font-size:1.1rem;letter-spacing:-.01em}nav a{display:flex;justify-content:space-between;color:var(--soft);text-decoration:none;padding:.22rem 0}
nav a:hover,a:hover{color:var(--accent)}nav small{color:var(--soft)}a{color:var(--accent)}
main{padding:2rem 2.5rem 6rem;max-width:62rem}h1{font-size:1.9rem;letter-spacing:-.02em;margin:0 0 .25rem}
h2{margin:3rem 0 .75rem;font-size:1.2rem;letter-spacing:-.01em}h3{margin:1.25rem 0 .4rem;font-size:.8rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft)}
details{background:var(--panel);border:1px solid var(--line);border-radius:10px;margin:.5rem 0;overflow:hidden}
summary{display:flex;gap:.75rem;align-items:baseline;padding:.65rem .9rem;cursor:pointer;list-style:none;flex-wrap:wrap}
summary::-webkit-details-marker{display:none}summary:hover{background:var(--code)}summary span:last-child{color:var(--soft);margin-left:auto;font-size:.92rem;text-align:right}
details>div{padding:.25rem 1rem 1rem;border-top:1px solid var(--line)}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}code{background:var(--code);border-radius:5px;padding:.1em .35em;overflow-wrap:anywhere}
summary code{background:none;padding:0;font-weight:600;word-break:break-all}pre{background:var(--code);border-radius:8px;padding:.8rem 1rem;overflow:auto;margin:.4rem 0}
.m{font:700 11px/1.9 ui-monospace,monospace;padding:0 .5rem;border-radius:5px;color:#fff;min-width:3.9rem;text-align:center;letter-spacing:.03em}
.GET{background:#2a6fb0}.POST{background:#0b7a5c}.PATCH{background:#9a6a00}.DELETE{background:#b3372f}.EVENT{background:#6a4fb0}
table{border-collapse:collapse;width:100%;font-size:.92rem}td{border-top:1px solid var(--line);padding:.35rem .75rem .35rem 0;vertical-align:top}tr:first-child td{border-top:0}td:first-child{white-space:nowrap}
.q{color:var(--soft)}
@media(max-width:52rem){body{display:block}nav{position:static;height:auto;border:0;border-bottom:1px solid var(--line)}main{padding:1.5rem 1.1rem 4rem}}
`
