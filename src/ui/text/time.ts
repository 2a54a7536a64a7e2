/** `07:42`, `1:07:42`: a length of time. Negative lengths are shown as nothing elapsed. */
export function clock(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000))
  const seconds = String(whole % 60).padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${String(minutes).padStart(2, '0')}:${seconds}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${seconds}`
}

/** Milliseconds from one ISO time to another; 0 where one of them is none. */
export function between(from: string, to: string): number {
  const length = Date.parse(to) - Date.parse(from)
  return Number.isNaN(length) ? 0 : length
}

/** `4 s`, `3 min`, `2 h`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
