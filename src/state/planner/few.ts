const shown = 4

/** `api@web-1, api@web-2, auth@web-1, auth@web-2 and 7 more`: a warning is read, a list is not. */
export function few(names: readonly string[]): string {
  const more = names.length > shown ? ` and ${names.length - shown} more` : ''
  return `${names.slice(0, shown).join(', ')}${more}`
}
