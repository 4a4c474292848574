/** Id that Chrome derives for the browser extension (packages/passkey-extension) from the key in its manifest. */
const helperId = 'lcakdjnlbjfdhlbfpbfgehkhgdphaogl'

/** A picture that only this extension has: it loads where the extension is. */
export const helperPicture = `chrome-extension://${helperId}/here.svg`

/** Where the extension works. */
export const whatsappWeb = 'https://web.whatsapp.com/'

/** For people without the extension: what they paste into the console of a page of WhatsApp. Browsers ask for a passkey only after a press of a person, so it
 *  waits for one. @param options JSON */
export const consoleScript = (options: string): string =>
  `addEventListener('click',async()=>console.log(JSON.stringify(await navigator.credentials.get({publicKey:PublicKeyCredential.parseRequestOptionsFromJSON(${options})}))),{once:true,capture:true})`
