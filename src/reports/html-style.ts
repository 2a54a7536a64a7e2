/** Colours carry nothing that a word does not say too. */
export const style = `
:root{color-scheme:light dark;--line:#8886;--good:#1f7a45;--warn:#a36a00;--bad:#c5281c}
body{font:16px/1.45 system-ui,sans-serif;margin:0}
main{max-width:70rem;margin:auto;padding:1rem}
h1{font-size:1.5rem}
h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid var(--line)}
dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;gap:.2rem 1rem}
dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0}
td,th{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
tr.good td:first-child{border-left:3px solid var(--good)}
tr.warn td:first-child{border-left:3px solid var(--warn)}
tr.bad td:first-child{border-left:3px solid var(--bad)}
svg{display:block;width:100%;min-width:8rem;height:.8rem;margin-top:.3rem}
.estimated{fill:#8885}.taken{fill:var(--good)}.failed{fill:var(--bad)}
.asked li{min-height:2.5rem;font-style:italic}
@media(max-width:45rem){
dl{display:block}
thead{position:absolute;left:-999rem}
tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}
td{display:block;border:0;padding:.1rem .5rem}
td:empty{display:none}
td::before{content:attr(data-label) ": ";opacity:.7}
}
@media print{
main{max-width:none;padding:0}
h2{break-after:avoid}
tr{break-inside:avoid}
}
`
