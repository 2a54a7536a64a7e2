/** What can be written within an inject's time on any disk. */
export const mostBytes = 8 * 1024 ** 3
