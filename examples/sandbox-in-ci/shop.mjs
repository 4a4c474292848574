// The program that is tested: it answers who asks whether an order is ready.

/** What to answer to an event; undefined when it is none of our business. */
const answerTo = ({ event_type: type, data }) =>
  type === 'message.received' && /^is order \d+ ready/i.test(data.text ?? '') ? 'Yes, come and get it' : undefined

/** Answers one event of the log. @param api base URL of the gateway @param token of the device */
export const handle = async (event, api, token) => {
  const text = answerTo(event)
  if (text === undefined) return
  const response = await fetch(`${api}/chats/${event.data.chat}/messages`, {
    method: 'POST',
    // The id of the event: should it come twice, one answer is sent.
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': event.id },
    body: JSON.stringify({ text }),
  })
  if (!response.ok) throw new Error(await response.text())
}
