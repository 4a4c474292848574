import { apiBase, byId, element } from './dom.ts'

type Kind = 'session' | 'device' | 'api_key' | 'admin'

/** Who asks. It is in the memory of this page alone, and gone with it. */
interface Credential {
  kind: Kind | undefined
  value: string
  /** For whoever may act as several devices. */
  deviceId: string
  /** For the operator. */
  apiKeyId: string
}

const current: Credential = { kind: undefined, value: '', deviceId: '', apiKeyId: '' }

const titles: Readonly<Record<Kind, string>> = {
  session: 'Signed in at the console',
  device: 'Token of a device',
  api_key: 'API key',
  admin: 'Admin secret',
}

/** What a request has to have so that it is done in the name of the reader. */
export const credentialOf = (): Pick<RequestInit, 'credentials'> & { headers: Record<string, string> } => {
  const { kind, value, deviceId, apiKeyId } = current
  const acting: Record<string, string> = {
    ...(deviceId && { 'X-Device-ID': deviceId }),
    ...(apiKeyId && { 'X-API-Key-ID': apiKeyId }),
  }
  if (kind === 'device') return { credentials: 'omit', headers: { Authorization: `Bearer ${value}` } }
  if (kind === 'api_key') return { credentials: 'omit', headers: { 'X-API-Key': value, ...acting } }
  if (kind === 'admin') return { credentials: 'omit', headers: { 'X-Admin-Secret': value, ...acting } }
  // Another site can make a browser send the cookie, and not this header.
  if (kind === 'session')
    return { credentials: 'same-origin', headers: { 'X-Requested-With': 'switchboard', ...acting } }
  return { credentials: 'omit', headers: {} }
}

const listeners: (() => void)[] = []

/** Calls back when the credential changes. */
export const onCredential = (listener: () => void): void => void listeners.push(listener)

/** In a few words, for the reader. */
export const credentialWords = (): string => {
  const { kind, deviceId, apiKeyId } = current
  if (!kind) return 'no credential'
  return [titles[kind].toLowerCase(), deviceId && `device ${deviceId}`, apiKeyId && `customer ${apiKeyId}`]
    .filter(Boolean)
    .join(', ')
}

const changed = (): void => {
  byId('credential', HTMLButtonElement).textContent = current.kind ? titles[current.kind] : 'Credential'
  for (const listener of listeners) listener()
}

interface ListedDevice {
  readonly device_id: string
  readonly device_name?: string
}

/** Devices that the credential may act as; none when it may not list them. */
const devices = async (): Promise<readonly ListedDevice[]> => {
  if (current.kind === undefined || current.kind === 'device') return []
  for (const path of current.kind === 'admin' ? ['/admin/devices'] : ['/devices', '/admin/devices']) {
    const answer = await fetch(`${apiBase}${path}`, credentialOf())
    const { data } = (await answer.json()) as { data?: readonly ListedDevice[] | { devices?: readonly ListedDevice[] } }
    if (answer.ok && data)
      return Array.isArray(data) ? data : ((data as { devices?: readonly ListedDevice[] }).devices ?? [])
  }
  return []
}

class CredentialDialog {
  readonly #kind = element('select', { id: 'credential-kind' })
  readonly #value = element('input', {
    id: 'credential-value',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
  })
  readonly #device = element('input', {
    id: 'credential-device',
    list: 'devices',
    autocomplete: 'off',
    spellcheck: 'false',
  })
  readonly #customer = element('input', { id: 'credential-customer', autocomplete: 'off', inputmode: 'numeric' })
  readonly #devices = element('datalist', { id: 'devices' })
  readonly #dialog: HTMLDialogElement

  constructor(signedIn: boolean) {
    const kinds: readonly Kind[] = signedIn ? ['session', 'device', 'api_key', 'admin'] : ['device', 'api_key', 'admin']
    this.#kind.append(...kinds.map((kind) => element('option', { value: kind }, titles[kind])))
    this.#dialog = element(
      'dialog',
      { 'aria-labelledby': 'credential-title' },
      element(
        'form',
        { method: 'dialog' },
        element('h2', { id: 'credential-title' }, 'Whose requests to try'),
        element('p', { class: 'q' }, 'What you type stays in the memory of this page, and is gone when you leave it.'),
        element('label', { for: 'credential-kind' }, 'Kind'),
        this.#kind,
        element('label', { for: 'credential-value' }, 'Credential'),
        this.#value,
        element('label', { for: 'credential-device' }, 'Device to act as (X-Device-ID)'),
        this.#device,
        this.#devices,
        element('label', { for: 'credential-customer' }, 'Customer to act as (X-API-Key-ID)'),
        this.#customer,
        element(
          'p',
          { class: 'buttons' },
          element('button', { value: 'forget' }, 'Forget'),
          element('button', { value: 'use', class: 'main' }, 'Use'),
        ),
      ),
    )
    document.body.append(this.#dialog)
    this.#kind.addEventListener('change', () => this.#adapt())
    this.#value.addEventListener('change', () => void this.#list())
    this.#device.addEventListener('focus', () => void this.#list())
    // Enter means the second button.
    this.#dialog.querySelector('form')?.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.target instanceof HTMLButtonElement) return
      event.preventDefault()
      this.#dialog.close('use')
    })
    this.#dialog.addEventListener('close', () => this.#taken())
  }

  open(): void {
    if (current.kind) this.#kind.value = current.kind
    this.#value.value = current.value
    this.#device.value = current.deviceId
    this.#customer.value = current.apiKeyId
    this.#dialog.returnValue = ''
    this.#adapt()
    this.#dialog.showModal()
  }

  #adapt(): void {
    const isSession = this.#kind.value === 'session'
    this.#value.disabled = isSession
    this.#device.disabled = this.#kind.value === 'device'
    this.#customer.disabled = !['admin', 'session'].includes(this.#kind.value)
  }

  #take(): void {
    current.kind = this.#kind.value as Kind
    current.value = current.kind === 'session' ? '' : this.#value.value.trim()
    current.deviceId = this.#device.disabled ? '' : this.#device.value.trim()
    current.apiKeyId = this.#customer.disabled ? '' : this.#customer.value.trim()
    if (current.kind !== 'session' && !current.value) current.kind = undefined
  }

  async #list(): Promise<void> {
    this.#take()
    const listed = await devices().catch(() => [])
    this.#devices.replaceChildren(
      ...listed.map(({ device_id, device_name = '' }) => element('option', { value: device_id }, device_name)),
    )
  }

  #taken(): void {
    if (this.#dialog.returnValue === 'use') this.#take()
    if (this.#dialog.returnValue === 'forget')
      Object.assign(current, { kind: undefined, value: '', deviceId: '', apiKeyId: '' })
    changed()
  }
}

/** Whether the console of this browser is signed in. Who has no session does not ask: the browser would write the refusal into its log. */
const isSignedIn = async (): Promise<boolean> => {
  const visitor = await fetch('visitor.json', { credentials: 'same-origin' })
    .then((answer) => answer.json() as Promise<{ has_session: boolean }>)
    .catch(() => undefined)
  if (!visitor?.has_session) return false
  const headers = { 'X-Requested-With': 'switchboard' }
  const answer = await fetch(`${apiBase}/console/session`, { credentials: 'same-origin', headers }).catch(
    () => undefined,
  )
  return answer?.ok ?? false
}

/** A button by which the reader says who they are; whoever is signed in at the console need not. */
export const offerCredential = async (): Promise<void> => {
  const button = byId('credential', HTMLButtonElement)
  button.hidden = false
  let dialog: CredentialDialog | undefined
  const signedIn = isSignedIn()
  button.addEventListener('click', async () => {
    dialog ??= new CredentialDialog(await signedIn)
    dialog.open()
  })
  if ((await signedIn) && current.kind === undefined) {
    current.kind = 'session'
    changed()
  }
}
