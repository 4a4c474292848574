type Attributes = Readonly<Record<string, string | boolean | undefined>>

/** An element with attributes and what is in it. Text stays text: nothing of an answer is ever taken for markup. */
export const element = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] => {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, '')
    else if (typeof value === 'string') made.setAttribute(key, value)
  }
  made.append(...children)
  return made
}

/** The only element of a kind on every page. @throws when it is not there */
export const byId = <Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind => {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`#${id} is missing`)
  return found
}

export const all = <Kind extends HTMLElement = HTMLElement>(selector: string, from: ParentNode = document): Kind[] => [
  ...from.querySelectorAll<Kind>(selector),
]

/** Where the API begins: the pages lie in the folder `docs/` of it. */
export const apiBase = new URL('..', location.href).href.replace(/\/$/, '')
