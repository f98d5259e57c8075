/// The style sheet of every page.
enum PageStyle {
  static let text: String = {
    let heat = PagePalette.heat.enumerated().map { index, colours in
      ".h\(index){fill:\(PagePalette.css(colours.fill));background:\(PagePalette.css(colours.fill));"
        + "color:\(PagePalette.css(colours.text))}"
    }.joined(separator: "\n")
    return """
      :root{color-scheme:light;\(PagePalette.light.css)}
      @media screen and (prefers-color-scheme:dark){
      :root:not([data-theme=light]){color-scheme:dark;\(PagePalette.dark.css)}}
      @media screen{:root[data-theme=dark]{color-scheme:dark;\(PagePalette.dark.css)}}
      \(layout)
      \(charts)
      \(tables)
      \(heat)
      \(narrow)
      """ + "\n"
  }()

  private static let layout = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--ground);color:var(--text);
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
    .page{max-width:76rem;margin:0 auto;padding:0 1.25rem 3rem}
    header.page{padding-top:1.25rem;padding-bottom:0}
    .top{display:flex;gap:1rem;align-items:flex-start;justify-content:space-between}
    h1{font-size:1.75rem;line-height:1.2;margin:0;text-wrap:balance}
    h2{font-size:1.25rem;margin:2.25rem 0 .6rem;scroll-margin-top:4rem}
    h3{font-size:1rem;margin:1.25rem 0 .4rem}
    p{margin:.5rem 0;max-width:72ch}
    a{color:var(--link)}
    .dim,.small{color:var(--dim)}
    .small{font-size:.85rem}
    .good{color:var(--good)}.bad{color:var(--bad)}.warning{color:var(--warning)}
    h1,h2,h3,p,dd,li{overflow-wrap:anywhere}
    td,th{overflow-wrap:break-word}
    .verdict{font-size:1.2rem;line-height:1.45;border-left:.3rem solid var(--line1);
    padding:.1rem 0 .1rem .9rem;margin:1rem 0;max-width:64ch}
    .verdict.bad{border-color:var(--bad);color:inherit}
    .verdict.good{border-color:var(--good);color:inherit}
    .verdict.warning{border-color:var(--warning);color:inherit}
    nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;margin:.8rem 0 0}
    .skip{position:absolute;left:-99rem}
    .skip:focus{position:static}
    button,input,summary{font:inherit}
    button{color:var(--text);background:var(--surface);border:1px solid var(--dim);
    border-radius:.4rem;padding:.2rem .7rem;min-height:2rem;cursor:pointer}
    button:hover{border-color:var(--link)}
    button[aria-pressed=true]{border-color:var(--link);box-shadow:inset 0 0 0 1px var(--link)}
    :focus-visible{outline:.15rem solid var(--link);outline-offset:.15rem}
    html:not(.live) .needs-script{display:none}
    summary{cursor:pointer;padding:.3rem 0}
    code,pre,.mono{font-family:ui-monospace,"SFMono-Regular",Menlo,Consolas,"DejaVu Sans Mono",monospace;
    font-size:.85rem}
    pre{background:var(--surface);border:1px solid var(--edge);border-radius:.4rem;padding:.7rem .9rem;
    white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}
    ul.figures{list-style:none;display:flex;flex-wrap:wrap;gap:.6rem;padding:0;margin:1rem 0}
    ul.figures li{background:var(--surface);border:1px solid var(--edge);border-radius:.5rem;
    padding:.5rem .9rem;min-width:8rem;flex:1 1 8rem}
    ul.figures b{display:block;font-size:1.3rem;line-height:1.3;font-variant-numeric:tabular-nums}
    ul.figures span{color:var(--dim);font-size:.85rem}
    ol.chain{list-style:none;padding:0 0 0 1.1rem;border-left:2px solid var(--edge);margin:.5rem 0 0 .4rem}
    ol.chain>li{position:relative;padding:.25rem 0;max-width:80ch}
    ol.chain>li::before{content:"";position:absolute;left:-1.46rem;top:.75rem;width:.6rem;height:.6rem;
    border-radius:50%;background:var(--line1)}
    ol.chain time{font-variant-numeric:tabular-nums;color:var(--dim);margin-right:.7rem}
    footer{margin-top:3rem;border-top:1px solid var(--edge);padding-top:.8rem}
    """

  private static let charts = """
    .bar{position:sticky;top:0;z-index:2;background:var(--ground);border-bottom:1px solid var(--edge);
    display:flex;flex-wrap:wrap;align-items:center;gap:.4rem .6rem;padding:.45rem 0}
    .bar .now{font-size:1.15rem;font-variant-numeric:tabular-nums;min-width:6.2rem;padding:.1rem .5rem;
    border:1px solid var(--dim);border-radius:.4rem;background:var(--surface);cursor:ew-resize}
    .bar .space{flex:1}
    figure{margin:1rem 0 0}
    figure.chart figcaption{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;align-items:baseline;
    font-size:.9rem;padding-left:3.6rem}
    figcaption b{font-size:1rem}
    .key{max-width:100%;overflow-wrap:anywhere}
    .key svg{vertical-align:middle;margin-right:.35rem}
    .key output{font-variant-numeric:tabular-nums;font-weight:600;margin-left:.35rem;display:inline-block;
    min-width:4.5rem}
    .plot{display:grid;grid-template-columns:3.6rem minmax(0,1fr)}
    .plot>svg{display:block;overflow:hidden;width:100%}
    .tick,.flag{overflow:visible}
    svg text{font-size:12px;fill:var(--dim);font-family:inherit;font-variant-numeric:tabular-nums}
    .time{cursor:crosshair;touch-action:pan-y;user-select:none;-webkit-user-select:none}
    .grid,.frame{stroke:var(--edge);fill:none}
    .frame{stroke:var(--dim)}
    .line{fill:none;stroke-width:1.8;stroke-linejoin:round;vector-effect:non-scaling-stroke}
    .l1{stroke:var(--line1)}.l2{stroke:var(--line2);stroke-dasharray:7 3}
    .l3{stroke:var(--line3);stroke-dasharray:2 3}.l4{stroke:var(--line4);stroke-dasharray:9 3 2 3}
    .l0{stroke:var(--dim);stroke-width:2.4}
    .line.area{fill:var(--line1);fill-opacity:.14}
    .off{display:none}
    .mark{fill:none;vector-effect:non-scaling-stroke;stroke-width:1}
    .mark.fault{stroke:var(--fault);stroke-width:1.6}.mark.action{stroke:var(--action);stroke-dasharray:4 3}
    .mark.fact{stroke:var(--fact);stroke-dasharray:1 3}
    .flag text{font-weight:600}
    .flag.fault text{fill:var(--fault)}.flag.action text{fill:var(--action)}
    .flag.fact text{fill:var(--fact)}
    .flag.reported text{font-weight:400;font-style:italic}
    .cursor{fill:none;stroke:var(--cursor);stroke-width:1.4;vector-effect:non-scaling-stroke}
    .chosen{fill:var(--line1);fill-opacity:.18}
    .interval{stroke:currentColor;stroke-width:2;fill:none}
    .point{fill:currentColor}
    .zero{stroke:var(--dim);stroke-width:1}
    .axes{color:var(--line1);overflow:visible;max-width:56rem;display:block}
    fieldset.choice{border:1px solid var(--edge);border-radius:.4rem;display:flex;flex-wrap:wrap;gap:.1rem 1rem;
    margin:.6rem 0;padding:.3rem .8rem;font-size:.9rem;min-width:0}
    .choice label{max-width:100%;overflow-wrap:anywhere}
    td .forest{min-width:14rem}
    .forest svg{display:block;width:100%;height:22px;overflow:visible}
    """

  private static let tables = """
    .scroll{overflow-x:auto;margin:.5rem 0;position:relative}
    table{border-collapse:collapse;width:100%;font-size:.92rem}
    caption{text-align:left;color:var(--dim);padding:.2rem 0}
    th,td{text-align:left;vertical-align:top;padding:.32rem .6rem .32rem 0;
    border-bottom:1px solid var(--edge)}
    th{font-weight:600;color:var(--dim);font-size:.85rem}
    tbody th{color:inherit;font-size:inherit;font-weight:600}
    .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    .tag{font-weight:600;white-space:nowrap}
    .letter{display:inline-block;min-width:1.35rem;text-align:center;border-radius:.25rem;
    border:1px solid currentColor;font-weight:600;font-size:.8rem;line-height:1.35rem}
    .letter.fault{color:var(--fault)}.letter.action{color:var(--action)}.letter.fact{color:var(--fact)}
    button.jump{padding:0 .35rem;min-height:1.6rem;border-color:var(--edge);background:none;
    font-variant-numeric:tabular-nums}
    table.map{width:auto;border-collapse:separate;border-spacing:2px}
    table.map td,table.map tbody th,table.map thead th{border:0;padding:.25rem .45rem;text-align:center;
    white-space:nowrap;font-variant-numeric:tabular-nums}
    table.map tbody th{text-align:right;font-weight:400;color:var(--dim);white-space:normal;
    overflow-wrap:anywhere;min-width:3rem;max-width:14rem}
    table.map tfoot th{border:0;text-align:center;font-weight:400}
    table.map caption{white-space:nowrap}
    .maps{display:flex;flex-wrap:wrap;gap:0 3rem}
    .maps>div{min-width:0;max-width:100%}
    .interval-text{display:block;color:var(--dim);font-size:.8rem}
    table.map td{min-width:2.4rem}
    table.map.many td{min-width:1.1rem;padding:.15rem .2rem;font-size:.75rem}
    .scale-key{display:flex;flex-wrap:wrap;gap:.3rem;align-items:center;font-size:.85rem;color:var(--dim)}
    .key-item{margin-right:.8rem}
    .swatch{display:inline-block;min-width:1.6rem;padding:0 .3rem;text-align:center;border-radius:.2rem}
    .outage{background:#9c3a00;color:#fff}.outage.guess{background:#f3c9ae;color:#5a2200}
    .calm{background:#cfe6f5;color:#00344f}.calm.guess{background:#edf5fa;color:#00344f}
    .open{background:#fff3c4;color:#4d3800;outline:2px dashed #7a5200;outline-offset:-2px}
    .unknown{background:none;color:var(--dim)}
    """

  private static let narrow = """
    @media (max-width:40rem){
    body{font-size:15px}
    .page{padding-left:.8rem;padding-right:.8rem}
    h1{font-size:1.35rem}
    .verdict{font-size:1.05rem}
    figure.chart figcaption{padding-left:0}
    .plot{grid-template-columns:3rem minmax(0,1fr)}
    svg text{font-size:11px}
    table.stack,table.stack tbody,table.stack td,table.stack tbody th{display:block}
    table.stack thead{position:absolute;left:-99rem}
    table.stack tr{border-bottom:1px solid var(--edge);padding:.45rem 0}
    table.stack tr{display:flex;flex-wrap:wrap;gap:0 .9rem}
    table.stack td,table.stack tbody th{border:0;padding:.05rem 0;text-align:left;white-space:normal;
    overflow-wrap:anywhere;max-width:100%}
    table.stack tbody th{flex:1 1 70%}
    .interval-text{display:inline;margin-left:.4rem}
    table.map{min-width:100%}
    table.map tbody th{max-width:7rem}
    table.map caption{white-space:normal}
    table.stack td.wide{flex:1 0 100%}
    table.stack td[data-label]::before{content:attr(data-label) ": ";color:var(--dim)}
    table.stack td.empty{display:none}
    }
    @media print{
    @page{margin:14mm}
    body{font-size:10pt}
    .page{max-width:none;padding:0}
    nav,.skip,.needs-script,.bar,.cursor,.hint,output{display:none}
    .scroll{overflow:visible}
    .scroll th,.scroll td{font-size:7pt;padding:.12rem .2rem;white-space:normal;overflow-wrap:anywhere}
    table.map.many th,table.map.many td{font-size:4.5pt;padding:0;min-width:0}
    ul.figures b{font-size:11pt;white-space:nowrap;overflow-wrap:normal}
    h2,h3{break-after:avoid}
    figure,tr,li,.verdict{break-inside:avoid}
    a{color:inherit;text-decoration:none}
    .h0,.h1,.h2,.h3,.h4,.h5,.h6,.h7,.h8,.swatch,td{-webkit-print-color-adjust:exact;
    print-color-adjust:exact}
    }
    @media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
    """
}
