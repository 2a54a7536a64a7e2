/** Calendar arithmetic on ISO times in UTC, without a clock. */
export function plusMs(iso: string, ms: number): string {
  return new Date(Date.parse(iso) + ms).toISOString()
}

export function betweenMs(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from))
}

/** `1:07`, `1:02:09`. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (n: number): string => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** `14:07` */
export function hourText(iso: string): string {
  return iso.slice(11, 16)
}
