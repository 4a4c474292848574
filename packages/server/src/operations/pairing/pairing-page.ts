import { createHash } from 'node:crypto'
import { RawAnswer } from '../../kit/define-operation.ts'
import type { PairingView } from '../../pairing/pairing-links.ts'
import { escaped } from './escaped.ts'
import { over, script } from './pairing-script.ts'
import { helperPicture } from './passkey-helper.ts'
import { compareForm, helperHint, passkeyForm } from './passkey-steps.ts'
import { type PairingTexts, textsFor } from './texts.ts'

const style = `:root{color-scheme:light dark;font:17px/1.5 system-ui,sans-serif}
body{margin:0;display:grid;place-items:center;min-height:100vh;text-align:center}
main{box-sizing:border-box;width:100%;max-width:26rem;padding:1rem}
h1{font-size:1.4rem;margin:.5rem 0}img{box-sizing:border-box;width:100%;max-width:18rem;background:#fff;padding:.5rem;border-radius:.5rem}
ol{text-align:left;padding-left:1.5rem}.code{font:700 2rem/1.5 ui-monospace,monospace;letter-spacing:.1em}
details{margin-top:1rem}label{display:block;margin:.5rem 0}
input,textarea,button{box-sizing:border-box;font:inherit;width:100%;padding:.6rem;border-radius:.5rem;border:1px solid #888}
button{background:#0a7;color:#fff;border-color:#0a7}.no{background:none;color:inherit;border-color:#888;margin-top:.5rem}
textarea{font:.8rem/1.4 ui-monospace,monospace}.hint{font-size:.9rem;opacity:.8}
[data-with]{display:none}[data-helper] [data-with]{display:block}[data-helper=yes] [data-without]{display:none}
:focus-visible{outline:3px solid #48f;outline-offset:2px}`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const headers = {
  'content-security-policy': `default-src 'none'; img-src data: ${helperPicture}; style-src ${hashOf(style)}; script-src ${hashOf(script)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
}

const list = (steps: readonly string[]) => `<ol>${steps.map((step) => `<li>${step}</li>`).join('')}</ol>`

/** The number of seconds alone changes while the page counts. */
const countdown = (texts: PairingTexts, seconds: number) =>
  `<p>${texts.seconds(seconds).replace(String(seconds), `<span data-left>${seconds}</span>`)}</p>`

const form = (texts: PairingTexts) => `<details><summary>${texts.orNumber}</summary><form method="post" action="?">
<label for="phone">${texts.number}</label><input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" required maxlength="40">
<button>${texts.getCode}</button></form></details>`

/** A press of a person: a page that is only opened begins nothing. */
const beginButton = (label: string) => `<form method="post" action="?"><button>${label}</button></form>`

async function contentOf(view: PairingView, texts: PairingTexts): Promise<string> {
  switch (view.kind) {
    case 'qr': {
      const { default: QRCode } = await import('qrcode')
      const picture = await QRCode.toDataURL(view.text, { width: 320, errorCorrectionLevel: 'M' })
      const image = `<img src="${picture}" alt="${texts.scan}" width="320" height="320">`
      return `<h1>${texts.scan}</h1>${image}${countdown(texts, view.seconds)}${list(texts.steps)}${form(texts)}`
    }
    case 'code': {
      const code = `${view.code.slice(0, 4)}-${view.code.slice(4)}`
      return `<h1>${texts.code}</h1><p class="code">${escaped(code)}</p>${countdown(texts, view.seconds)}${list(texts.codeSteps)}`
    }
    case 'passkey':
      return `<h1>${texts.passkey}</h1>${passkeyForm(texts, view.options)}`
    case 'compare':
      return `<h1>${texts.compare}</h1>${compareForm(texts, view.code)}`
    case 'linked':
      return `<h1>${texts.linked}</h1><p>${texts.close}</p>`
    case 'ready':
      return `<h1>${texts.title}</h1><p>${texts.ready}</p>${beginButton(texts.show)}${helperHint(texts)}${form(texts)}`
    case 'wait':
      return `<h1>${texts.wait}</h1>`
    case 'failed':
      return `<h1>${texts.failed}</h1><p>${texts.reasons[view.reason] ?? texts.reasons['other']}</p>${beginButton(texts.again)}`
    case 'ended':
      return `<h1>${texts.ended}</h1><p>${texts.askAgain}</p>`
  }
}

/** What a page shows is the same as before while this is. */
const keyOf = (view: PairingView): string => {
  const { text, code, options } = view as { text?: string; code?: string; options?: string }
  const shown = text ?? code ?? options ?? view.kind
  return createHash('sha256').update(shown).digest('base64url').slice(0, 16)
}

/** A page that somebody without a credential sees. It asks nobody but this server, and does without a script too.
 *  @param language what the reader prefers, as `Accept-Language` says it */
export async function pairingPage(view: PairingView, accept: string | undefined): Promise<RawAnswer> {
  const { language, texts } = textsFor(accept)
  const refresh = over.has(view.kind) ? '' : '<noscript><meta http-equiv="refresh" content="5;url=?look=1"></noscript>'
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${texts.title}</title>${refresh}<style>${style}</style></head>
<body><main aria-live="polite" data-kind="${view.kind}" data-key="${keyOf(view)}">${await contentOf(view, texts)}</main><script>${script}</script></body></html>`
  return new RawAnswer('text/html; charset=utf-8', html, headers, view.kind === 'ended' ? 404 : 200)
}
