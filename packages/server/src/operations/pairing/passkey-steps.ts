import { escaped } from './escaped.ts'
import { consoleScript } from './passkey-helper.ts'
import type { PairingTexts } from './texts.ts'

/** Says beforehand whether this browser is ready for an account that asks for its passkey. */
export const helperHint = (texts: PairingTexts): string =>
  `<p class="hint"><span data-with>${texts.helperHere}</span><span data-without>${texts.helperMissing}</span></p>`

/** What the owner of the account does: with the extension a press of a button, without it by hand. @param options JSON */
export const passkeyForm = (texts: PairingTexts, options: string): string => `<p>${texts.passkeyText}</p>
<button type="button" data-with data-sign="${escaped(options)}">${texts.passkeySign}</button><p data-without>${texts.helperMissing}</p>
<details><summary>${texts.byHand}</summary><ol>${texts.byHandSteps.map((step) => `<li>${step}</li>`).join('')}</ol>
<label for="script">${texts.script}</label><textarea id="script" readonly rows="4">${escaped(consoleScript(options))}</textarea>
<form method="post" action="?"><label for="credential">${texts.signed}</label>
<textarea id="credential" name="credential" rows="4" required maxlength="40000" autocomplete="off" spellcheck="false"></textarea><button>${texts.send}</button></form></details>`

/** The code that the phone must show too. */
export const compareForm = (texts: PairingTexts, code: string): string => `<p>${texts.compareText}</p>
<p class="code">${escaped(code)}</p><form method="post" action="?"><button name="same" value="yes">${texts.same}</button>
<button class="no" name="same" value="no">${texts.notSame}</button></form>`
