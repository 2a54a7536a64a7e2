/** Colours carry nothing that a word does not say too. Words never break but in long names, which say themselves where they may. */
export const style = `
:root{color-scheme:light dark;--line:#8886;--soft:#666;--good:#1f7a45;--warn:#8a5a00;--bad:#c5281c;--pale:#8886}
@media(prefers-color-scheme:dark){:root{--soft:#aaa;--good:#4cc38a;--warn:#e0a63a;--bad:#ff7a6b}}
body{font:16px/1.45 system-ui,sans-serif;margin:0}
header,main,footer{max-width:70rem;margin:auto;padding:0 1rem}
header{padding-top:1rem}
h1{font-size:1.5rem;margin:.3rem 0 .8rem}
h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid var(--line);scroll-margin-top:.5rem}
h3{font-size:1rem;margin:1.4rem 0 .3rem}
h1,h2,h3,p,li,dd,td,th{overflow-wrap:break-word}
nav ol{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;list-style:none;padding:0;margin:0}
nav a{display:inline-block;padding:.25rem 0}
footer{color:var(--soft);font-size:.9rem;margin-top:2rem;padding-bottom:2rem;border-top:1px solid var(--line)}
dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;gap:.2rem 1rem}
dt{font-weight:600}
dd{margin:0;min-width:0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0}
td,th{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem .4rem;border-bottom:1px solid var(--line)}
tr.good td:first-child{border-left:3px solid var(--good)}
tr.warn td:first-child{border-left:3px solid var(--warn)}
tr.bad td:first-child{border-left:3px solid var(--bad)}
td time{white-space:nowrap}
svg{display:block;width:100%;min-width:6rem;height:.8rem;margin-top:.3rem}
.bars td:nth-child(1),.bars td:nth-child(6){min-width:9rem}
.bars td:nth-child(5){width:35%}
.bars td:nth-child(3),.bars td:nth-child(4){white-space:nowrap}
.estimated,.whole{fill:var(--pale)}.taken{fill:var(--good)}.failed{fill:var(--bad)}
.share svg{max-width:12rem}
.key svg{display:inline-block;width:1.2rem;min-width:0;margin:0 .3rem 0 .8rem;vertical-align:-.1rem}
.asked{font-style:italic;color:var(--soft)}
.asked li{padding-bottom:.6rem}
@media(max-width:45rem){
dl{display:block}
dd{margin-bottom:.5rem}
thead{position:absolute;left:-999rem}
table{margin-top:0}
tr{display:block;border-bottom:1px solid var(--line);padding:.5rem 0}
tr.good,tr.warn,tr.bad{border-left:3px solid var(--good)}
tr.warn{border-left-color:var(--warn)}
tr.bad{border-left-color:var(--bad)}
tr td:first-child{font-weight:600}
td,tr.good td:first-child,tr.warn td:first-child,tr.bad td:first-child{display:block;border:0;padding:.1rem .5rem}
td time{white-space:normal}
.bars td{width:auto!important;min-width:0}
td:empty{display:none}
td:not(:first-child)::before{content:attr(data-label) ": ";color:var(--soft)}
}
@media print{
@page{margin:15mm}
:root{color-scheme:light}
body{font-size:10pt}
header,main,footer{max-width:none;padding:0}
nav{display:none}
h2,h3{break-after:avoid}
h2{margin-top:1.2rem}
table{font-size:.85em}
p,dt{break-after:avoid}
thead{display:table-header-group}
tr,dd,li{break-inside:avoid}
a{color:inherit;text-decoration:none}
.wide{overflow:visible}
.asked li{padding-bottom:1.4rem}
}
`
