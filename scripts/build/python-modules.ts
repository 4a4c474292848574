interface Parameter {
  readonly name?: string
  readonly in?: string
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly Parameter[] }>>>>
  readonly webhooks: Readonly<
    Record<
      string,
      { readonly post: { readonly requestBody: { content: Record<string, { schema: { $ref: string } }> } } }
    >
  >
}

/** Which requests take an `Idempotency-Key`: method, and the end of the path as a regular expression. */
export const operationsModule = ({ paths }: Document): string => {
  const keyed = Object.entries(paths).flatMap(([route, methods]) =>
    Object.entries(methods)
      .filter(([, { parameters = [] }]) => parameters.some(({ name }) => name === 'Idempotency-Key'))
      .map(([method]) => `    ("${method.toUpperCase()}", r"${route.replaceAll(/\{\w+\}/g, '[^/]+')}"),`),
  )
  return `KEYED: tuple[tuple[str, str], ...] = (\n${keyed.join('\n')}\n)\n`
}

/** The model of every event, by its type. The generator does not make this, because it passes over webhooks. */
export const eventModelsModule = ({ webhooks }: Document): string => {
  const models = Object.entries(webhooks).map(([type, { post }]) => {
    const { $ref } = post.requestBody.content['application/json']!.schema
    return { type, model: $ref.slice($ref.lastIndexOf('/') + 1) }
  })
  const names = [...new Set(models.map(({ model }) => model))].sort()
  return [
    'from __future__ import annotations\n',
    'from typing import TypeAlias, Union\n',
    `from .models import (\n${names.map((name) => `    ${name},`).join('\n')}\n)\n`,
    `EventModel: TypeAlias = Union[\n${names.map((name) => `    ${name},`).join('\n')}\n]\n`,
    `EVENT_MODELS: dict[str, type[EventModel]] = {\n${models.map(({ type, model }) => `    "${type}": ${model},`).join('\n')}\n}\n`,
  ].join('\n')
}
