/** How MySQL and MariaDB have a name stand in a statement. */
export function mysqlName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** How SQLite has it. */
export function sqliteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
