/** What a server of files shows for an address that is not there. It does not know how deep that address lies: so its own begin with the base path. */
export const missingPage = (base: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Not found · Switchboard</title><link rel="stylesheet" href="${base}assets/site.css"><link rel="icon" href="data:,"></head>
<body><main id="main"><h1>Not found</h1>
<p>There is no such page. <a href="${base}index.html">All pages of the documentation</a></p></main></body></html>
`
