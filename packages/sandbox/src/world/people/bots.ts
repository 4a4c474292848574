/** An assistant that WhatsApp itself offers. */
export interface Bot {
  /** Digits before `@s.whatsapp.net`: the range that clients take for bots (whatsmeow types/jid.go IsBot, baileys WABinary/jid-utils.js isJidBot). */
  readonly user: string
  readonly personaId: string
  readonly name: string
  readonly attributes: string
  readonly description: string
  readonly category: string
  readonly isDefault: boolean
  readonly commandsDescription: string
  readonly commands: readonly { name: string; description: string }[]
  readonly prompts: readonly { emoji: string; text: string }[]
}

export const bots: readonly Bot[] = [
  {
    user: '13135550002',
    personaId: '867051314767696$760019659443059',
    name: 'Assistant',
    attributes: 'Helpful, patient',
    description: 'Answers questions of every kind.',
    category: 'assistant',
    isDefault: true,
    commandsDescription: 'What it can do',
    commands: [
      { name: 'imagine', description: 'Draws what you describe' },
      { name: 'reset', description: 'Forgets the conversation' },
    ],
    prompts: [{ emoji: '🗺️', text: 'Plan a weekend trip' }],
  },
  {
    user: '13135550101',
    personaId: '1048231526397810$0',
    name: 'Chef',
    attributes: 'Hungry, precise',
    description: 'Cooks from what is in your fridge.',
    category: 'food',
    isDefault: false,
    commandsDescription: 'In the kitchen',
    commands: [{ name: 'recipe', description: 'Finds a recipe' }],
    prompts: [{ emoji: '🍋', text: 'What goes with lemons?' }],
  },
]
