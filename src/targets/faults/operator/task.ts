/** For as long as it lasts, whoever plays loses every console they open. */
export type OperatorTask = { readonly family: 'operator'; readonly home: string; readonly drill: string }
