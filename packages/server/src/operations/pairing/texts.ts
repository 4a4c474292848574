/** What a pairing page says. To add a language, add an entry: the browser chooses by what its reader prefers. */
export interface PairingTexts {
  readonly title: string
  readonly ready: string
  readonly show: string
  readonly scan: string
  readonly steps: readonly string[]
  readonly seconds: (seconds: number) => string
  readonly orNumber: string
  readonly number: string
  readonly getCode: string
  readonly code: string
  readonly codeSteps: readonly string[]
  readonly helperHere: string
  readonly helperMissing: string
  readonly passkey: string
  readonly passkeyText: string
  readonly passkeySign: string
  readonly byHand: string
  readonly byHandSteps: readonly string[]
  readonly script: string
  readonly signed: string
  readonly send: string
  readonly compare: string
  readonly compareText: string
  readonly same: string
  readonly notSame: string
  readonly linked: string
  readonly close: string
  readonly wait: string
  readonly failed: string
  readonly again: string
  readonly ended: string
  readonly askAgain: string
  readonly reasons: Readonly<Record<string, string>>
}

const en: PairingTexts = {
  title: 'Link WhatsApp',
  ready: 'Take the phone with WhatsApp, and show the code when you are ready.',
  show: 'Show the code',
  scan: 'Scan this code with WhatsApp',
  steps: [
    'Open WhatsApp on the phone.',
    'Open Linked devices and choose Link a device.',
    'Point the phone at the code.',
  ],
  seconds: (seconds) => `This code changes in ${seconds} s`,
  orNumber: 'Without a camera: link by phone number',
  number: 'Phone number with country code',
  getCode: 'Get a code',
  code: 'Type this code in WhatsApp',
  codeSteps: [
    'Open WhatsApp on the phone.',
    'Open Linked devices, choose Link a device, then Link with phone number instead.',
    'Type the code.',
  ],
  helperHere: 'This browser is ready for accounts with a passkey.',
  helperMissing:
    'If WhatsApp asks for a passkey, this browser needs the extension “Switchboard passkey helper”. Get it from the person who sent this link.',
  passkey: 'Confirm with your passkey',
  passkeyText:
    'WhatsApp links this account only with its passkey. You use it on a page of WhatsApp, and come back here.',
  passkeySign: 'Continue on WhatsApp',
  byHand: 'Without the extension',
  byHandSteps: [
    'On a computer, open web.whatsapp.com in another tab.',
    'Press F12 there and choose Console.',
    'Paste the first text below, press Enter, and click into the page of WhatsApp.',
    'Use your passkey.',
    'Copy the line that appears, and paste it into the second field.',
  ],
  script: 'Text for the console',
  signed: 'Line from the console',
  send: 'Send',
  compare: 'Does the phone show this code?',
  compareText: 'WhatsApp shows a code on the phone. It must be the same.',
  same: 'Yes, the same code',
  notSame: 'No, another one',
  linked: 'Linked',
  close: 'WhatsApp is linked. You can close this page.',
  wait: 'One moment…',
  failed: 'It did not work',
  again: 'Try again',
  ended: 'This link has ended',
  askAgain: 'Ask the person who sent it for a new one.',
  reasons: {
    pairing_expired: 'Nobody scanned the code in time.',
    pairing_failed: 'The phone and the server did not agree. Try once more.',
    passkey_expired: 'Nobody used the passkey in time.',
    passkey_refused: 'WhatsApp did not take the passkey. Use the one of the account that scanned the code.',
    passkey_mismatch: 'The phone showed another code, so nothing was linked.',
    invalid_passkey: 'This is not what the passkey signed for this page. Try again with the newest text.',
    multi_device_missing: 'The phone cannot link devices. Update WhatsApp on it.',
    invalid_phone: 'That is not a phone number with its country code.',
    too_many_pairings: 'Too many devices wait to be linked. Try again in a minute.',
    other: 'WhatsApp cannot be reached at the moment. Try again in a minute.',
  },
}

const es: PairingTexts = {
  title: 'Vincular WhatsApp',
  ready: 'Ten a mano el teléfono con WhatsApp y muestra el código cuando quieras empezar.',
  show: 'Mostrar el código',
  scan: 'Escanea este código con WhatsApp',
  steps: [
    'Abre WhatsApp en el teléfono.',
    'Abre Dispositivos vinculados y elige Vincular un dispositivo.',
    'Apunta el teléfono al código.',
  ],
  seconds: (seconds) => `Este código cambia en ${seconds} s`,
  orNumber: 'Sin cámara: vincular con el número de teléfono',
  number: 'Número de teléfono con código de país',
  getCode: 'Obtener un código',
  code: 'Escribe este código en WhatsApp',
  codeSteps: [
    'Abre WhatsApp en el teléfono.',
    'Abre Dispositivos vinculados, elige Vincular un dispositivo y luego Vincular con el número de teléfono.',
    'Escribe el código.',
  ],
  helperHere: 'Este navegador está listo para cuentas con llave de acceso.',
  helperMissing:
    'Si WhatsApp pide una llave de acceso, este navegador necesita la extensión «Switchboard passkey helper». Pídela a la persona que te envió este enlace.',
  passkey: 'Confirma con tu llave de acceso',
  passkeyText:
    'WhatsApp solo vincula esta cuenta con su llave de acceso. La usas en una página de WhatsApp y vuelves aquí.',
  passkeySign: 'Continuar en WhatsApp',
  byHand: 'Sin la extensión',
  byHandSteps: [
    'En un ordenador, abre web.whatsapp.com en otra pestaña.',
    'Pulsa allí F12 y elige Consola.',
    'Pega el primer texto, pulsa Intro y haz clic en la página de WhatsApp.',
    'Usa tu llave de acceso.',
    'Copia la línea que aparece y pégala en el segundo campo.',
  ],
  script: 'Texto para la consola',
  signed: 'Línea de la consola',
  send: 'Enviar',
  compare: '¿Muestra el teléfono este código?',
  compareText: 'WhatsApp muestra un código en el teléfono. Tiene que ser el mismo.',
  same: 'Sí, el mismo código',
  notSame: 'No, otro',
  linked: 'Vinculado',
  close: 'WhatsApp está vinculado. Puedes cerrar esta página.',
  wait: 'Un momento…',
  failed: 'No ha funcionado',
  again: 'Intentar de nuevo',
  ended: 'Este enlace ya no es válido',
  askAgain: 'Pide uno nuevo a la persona que te lo envió.',
  reasons: {
    pairing_expired: 'Nadie escaneó el código a tiempo.',
    pairing_failed: 'El teléfono y el servidor no se pusieron de acuerdo. Inténtalo otra vez.',
    passkey_expired: 'Nadie usó la llave de acceso a tiempo.',
    passkey_refused: 'WhatsApp no aceptó la llave de acceso. Usa la de la cuenta del teléfono que escaneó el código.',
    passkey_mismatch: 'El teléfono mostró otro código, así que no se vinculó nada.',
    invalid_passkey: 'Esto no es lo que firmó la llave para esta página. Inténtalo otra vez con el texto más reciente.',
    multi_device_missing: 'El teléfono no puede vincular dispositivos. Actualiza WhatsApp en él.',
    invalid_phone: 'No es un número de teléfono con su código de país.',
    too_many_pairings: 'Demasiados dispositivos esperan a ser vinculados. Inténtalo en un minuto.',
    other: 'No se puede contactar con WhatsApp en este momento. Inténtalo en un minuto.',
  },
}

const languages: Readonly<Record<string, PairingTexts>> = { en, es }

/** The texts in the language that a reader prefers, by `Accept-Language` (RFC 9110, 12.5.4); English when none of theirs is there. */
export function textsFor(accept: string | undefined): { readonly language: string; readonly texts: PairingTexts } {
  const wishes = (accept ?? '').split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const weight = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find(Boolean)
    return { language: tag.split('-')[0]!, weight: weight === undefined ? 1 : Number(weight) }
  })
  const best = wishes
    .filter(({ language, weight }) => weight > 0 && Object.hasOwn(languages, language))
    .sort((one, other) => other.weight - one.weight)[0]
  const language = best?.language ?? 'en'
  return { language, texts: languages[language]! }
}
