/** How a command is called before its arguments: as the installed program says (`switchboard start`), or as npm does in a checkout (`npm start --`). */
export const calledAs = (inCheckout: string): string => process.env['SWITCHBOARD_CALLED_AS'] || inCheckout

/** The same without arguments. */
export const withoutArguments = (call: string): string => call.replace(/ --$/, '')
