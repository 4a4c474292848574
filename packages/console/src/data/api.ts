import { computed } from '@preact/signals'
import { Switchboard, type SwitchboardOptions } from '@switchboard/client'
import { chosen, session, sessionEnded } from './session.ts'

/** The API is where the console is: one folder up. */
export const apiAddress = new URL('..', document.baseURI).href.replace(/\/$/, '')

/** A session that has ended shows the page to sign in, whatever was asked. */
const watchedFetch: typeof fetch = async (...request) => {
  const response = await fetch(...request)
  if (response.status === 401 && session.peek()) {
    sessionEnded.value = true
    session.value = null
  }
  return response
}

type Acting = Pick<SwitchboardOptions, 'deviceId' | 'apiKeyId'>

const clientFor = (acting: Acting): Switchboard =>
  new Switchboard({ baseUrl: apiAddress, cookie: true, fetch: watchedFetch, ...acting })

/** As who has signed in. */
export const api = clientFor({})

/** As this device, for its owner and the operator. */
export const asDevice = (deviceId: string): Switchboard =>
  session.peek()?.kind === 'device' ? api : clientFor({ deviceId })

/** As this customer, for the operator. */
export const asCustomer = (apiKeyId: string): Switchboard =>
  session.peek()?.kind === 'operator' ? clientFor({ apiKeyId }) : api

/** As the chosen device; undefined while none is chosen. */
export const deviceApi = computed(() => (chosen.value.deviceId ? asDevice(chosen.value.deviceId) : undefined))

/** As the chosen customer; undefined while the operator has chosen none, and for a device. */
export const customerApi = computed(() => (chosen.value.apiKeyId ? asCustomer(chosen.value.apiKeyId) : undefined))

/** For what belongs to a device or to a customer, such as webhooks and events: the chosen device, or else the chosen customer. */
export const ownerApi = computed(() => deviceApi.value ?? customerApi.value)
