const style = `:host{all:initial}
div{position:fixed;inset:0;z-index:2147483647;display:grid;place-items:center;background:#0009;font:17px/1.5 system-ui,sans-serif;color:#111}
section{box-sizing:border-box;max-width:26rem;margin:1rem;padding:1.5rem;border-radius:.75rem;background:#fff}
h1{font-size:1.3rem;margin:0 0 .5rem}p{margin:.5rem 0}b{overflow-wrap:anywhere}[role=alert]{color:#a11}
button{font:inherit;padding:.6rem 1rem;margin:.5rem .5rem 0 0;border-radius:.5rem;border:1px solid #888;background:#fff;color:inherit}
button:first-of-type{background:#0a7;border-color:#0a7;color:#fff}:focus-visible{outline:3px solid #48f;outline-offset:2px}`

interface Parts {
  /** Who gets the signature. */
  readonly host: string
  /** Runs in the person's own press of a button: browsers want one before they ask for a passkey. */
  sign(): Promise<void>
}

const element = <Name extends keyof HTMLElementTagNameMap>(name: Name, text: string, parent: Node) => {
  const made = document.createElement(name)
  made.textContent = text
  parent.appendChild(made)
  return made
}

/** Asks the person over the page. In a closed shadow: the page can neither read it nor press its buttons. */
export function showPanel({ host, sign }: Parts): void {
  const place = document.createElement('div')
  const shadow = place.attachShadow({ mode: 'closed' })
  element('style', style, shadow)
  const panel = element('section', '', element('div', '', shadow))
  panel.setAttribute('role', 'dialog')
  panel.setAttribute('aria-label', 'Passkey')
  element('h1', 'Link WhatsApp with your passkey?', panel)
  const words = element('p', 'This links a device of ', panel)
  element('b', host, words)
  words.append(
    ' to your WhatsApp account: it can read and write your messages. Go on only if you have just scanned a code there.',
  )
  const failure = element('p', '', panel)
  failure.setAttribute('role', 'alert')
  const yes = element('button', 'Use my passkey', panel)
  const no = element('button', 'Cancel', panel)
  no.onclick = () => place.remove()
  yes.onclick = async ({ isTrusted }) => {
    if (!isTrusted || yes.disabled) return
    yes.disabled = true
    await sign().catch((error: unknown) => {
      failure.textContent = `It was not signed: ${error instanceof Error ? error.message : String(error)}`
    })
    yes.disabled = false
  }
  document.documentElement.append(place)
  yes.focus()
}
