type Body = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value)

const wrong = [undefined, 7, { a: 1 }, 'no@such@thing']

/** A body with each of its fields in turn missing, or something else than it should be. */
export function* spoilt(body: Body): Generator<Body> {
  for (const [name, value] of Object.entries(body)) {
    for (const instead of wrong) yield { ...body, [name]: instead }
    const [first] = Array.isArray(value) ? value : []
    if (isObject(value)) for (const inner of spoilt(value)) yield { ...body, [name]: inner }
    if (isObject(first)) for (const inner of spoilt(first)) yield { ...body, [name]: [inner] }
  }
}
