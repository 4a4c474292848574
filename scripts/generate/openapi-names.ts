/** `messaging.sendText`, `not_on_whatsapp`, `message.received` → `MessagingSendText`, `NotOnWhatsapp`, `MessageReceived`. */
export const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|[._-])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
