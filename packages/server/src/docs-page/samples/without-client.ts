/** Operations that are no method of the TypeScript client: pages for people, what agents use, and streams, which it reads by itself. */
export const withoutClient: ReadonlySet<string> = new Set([
  'events.socket',
  'events.stream',
  'mcp.call',
  'system.getDocs',
  'system.getDocsPage',
  'system.getFavicon',
  'system.getIndex',
  'system.getSwaggerJson',
  'system.getSwaggerYaml',
])
