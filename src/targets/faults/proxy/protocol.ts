/** Told with every request: no page that a browser shows can send it along. */
export const saysDrill = 'x-astern-drill'

/** `/faults`, and below it each by its run and its inject. */
export function pathOf(run: string, inject: string): string {
  return `${faultsPath}/${encodeURIComponent(run)}/${encodeURIComponent(inject)}`
}

export const faultsPath = '/faults'
