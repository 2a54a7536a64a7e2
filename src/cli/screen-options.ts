import type { ScreenOptions } from '../ui/theme.ts'
import type { Flags } from './flags.ts'
import type { Letters } from './letters.ts'

/** How a screen is drawn, by flags and environment. No colour where it was asked for so, whatever the theme. */
export function screenOptions(
  { color, theme = 'default', animation, slowLink }: Flags,
  { ascii }: Letters,
): ScreenOptions {
  return {
    theme: color && process.env['NO_COLOR'] === undefined ? theme : 'mono',
    ascii,
    animation: animation && process.env['ASTERN_NO_ANIMATION'] === undefined,
    slowLink: slowLink === true,
  }
}
