type Body = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value)

const wrong = [undefined, { a: 1 }, 'no@such@thing']

/** A body with each of its fields in turn missing, or something else than it should be. @param but fields that stay right */
export function* spoilt(body: Body, but: readonly string[] = []): Generator<Body> {
  for (const [name, value] of Object.entries(body)) {
    if (but.includes(name)) continue
    for (const instead of wrong) yield { ...body, [name]: instead }
    const [first] = Array.isArray(value) ? value : []
    if (isObject(value)) for (const inner of spoilt(value)) yield { ...body, [name]: inner }
    if (isObject(first)) for (const inner of spoilt(first)) yield { ...body, [name]: [inner] }
  }
}
