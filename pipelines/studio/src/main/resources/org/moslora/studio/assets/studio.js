'use strict';
(() => {
const $ = id => document.getElementById(id);
const on = (target, what, does) => target && target.addEventListener(what, does);
const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
const page = document.body.dataset.page;
document.documentElement.classList.add('scripted');

// ---- asking the studio ------------------------------------------------------------------------

/** Sends an object, or a file as it is; the answer, in which `problems` is there if anything is wrong. */
async function send(path, body) {
  const raw = body instanceof Blob;
  try {
    const answer = await fetch(path, {method: 'POST', body: raw ? body : JSON.stringify(body || {}),
      headers: {'Content-Type': raw ? 'application/octet-stream' : 'application/json'}});
    return answer.ok ? await answer.json() : {problems: [(await answer.text()).trim()]};
  } catch (gone) {
    return {problems: ['The studio does not answer: has it ended?']};
  }
}

async function text(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(path);
  return answer.text();
}

function parsed(html) {
  const holder = document.createElement('template');
  holder.innerHTML = html;
  return holder.content;
}

const part = async path => parsed(await text(path));

/** Shows a part anew if it says something else than the last time. */
async function renew(place, path) {
  const html = await text(path);
  if (place.told === html) return;
  place.told = html;
  place.replaceChildren(parsed(html));
}

/** Says what is wrong, or takes it away. */
function say(lines) {
  const place = $('alert');
  if (!place) return;
  const text = (lines || []).join('\n');
  if (place.dataset.said === text) return;
  place.dataset.said = text;
  place.replaceChildren(...(lines || []).map(line => Object.assign(document.createElement('p'), {textContent: line})));
  place.hidden = !text;
  text ? place.setAttribute('role', 'alert') : place.removeAttribute('role');
}

function busy(button, is) {
  button.disabled = is;
  is ? button.setAttribute('aria-busy', 'true') : button.removeAttribute('aria-busy');
}

function tell(id, text) {
  const place = $(id) || document.querySelector(`[data-testid=${id}]`);
  if (place && place.textContent !== text) place.textContent = text;
}

const span = seconds => !(seconds > 0) ? '–' : seconds < 90 ? `${Math.round(seconds)} s`
  : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;

// ---- curves -----------------------------------------------------------------------------------

const MOST = 2000;
const SERIES = [['curve-loss', 'loss', 'loss'], ['curve-rate', 'rate', 'learning_rate'], ['curve-norm', 'norm', 'grad_norm']];
const ALL = [...SERIES, ['curve-loss', 'held', 'validation_loss']];
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const short = (value, digits = 3) => value === null || value === undefined || Number.isNaN(value) ? '–'
  : Math.abs(value) >= 1e5 || value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(digits - 1) : String(+value.toPrecision(digits + 2));

/** What stands at an axis, with as many digits as tell the places apart. */
function labels(plot, splits) {
  const there = splits.filter(value => value !== null);
  let digits = 2;
  while (digits < 6 && new Set(there.map(value => short(value, digits))).size < there.length) digits++;
  return splits.map(value => value === null ? '' : short(value, digits));
}

/** Steps are whole, and so is what stands under them. */
const WHOLE = [...Array(8).keys()].flatMap(power => [1, 2, 5].map(digit => digit * 10 ** power));

/** What of the values is in sight; around one that stays there is room, too. */
function around(plot, low, high) {
  if (low !== high || low === null) return uPlot.rangeNum(low === null ? 0 : low, high === null ? 1 : high, 0.1, true);
  const room = Math.abs(low) / 10 || 1e-3;
  return [low - room, high + room];
}

/** An axis is as broad as its labels; said once, since another size makes other labels. */
function broad(plot, texts, at, again) {
  return again > 1 ? plot.axes[at]._size : 22 + 7.2 * Math.max(5, ...(texts || []).map(text => text.length));
}

/** A mean over the past in which what is far away counts less; divided so that a constant stays one. */
function smoothed(values, weight) {
  let mean = 0, sum = 0;
  return values.map(value => {
    if (value === null || value === undefined) return value;
    mean = weight * mean + (1 - weight) * value;
    sum = weight * sum + (1 - weight);
    return mean / sum;
  });
}

/** One place for curves: the raw one stays in sight under the smooth one, and zoom stays when it grows. */
class Chart {
  constructor(place, name, group) {
    Object.assign(this, {place, name, group, zoomed: false, smooths: name !== 'rate'});
    new ResizeObserver(() => this.plot && this.plot.setSize(this.size())).observe(place);
    on(place, 'keydown', event => this.key(event));
    this.build();
  }

  size() {
    return {width: Math.max(200, this.place.clientWidth), height: Math.max(160, Math.floor(parseFloat(getComputedStyle(this.place).minHeight)))};
  }

  build() {
    if (this.plot) this.plot.destroy();
    const ink = colour('--quiet'), line = colour('--line');
    const axis = {stroke: ink, grid: {stroke: line, width: 1}, ticks: {stroke: line, width: 1}, font: '12px system-ui, sans-serif'};
    const series = [{}], smooth = this.smooths && this.group.weight > 0;
    this.group.runs.forEach((run, i) => {
      const own = colour(`--c${i % 6 + 1}`);
      const alone = {show: plot => plot.data[0].length === 1, size: 8, fill: own};
      series.push({stroke: own, width: 1, alpha: smooth ? 0.35 : 1, points: alone, spanGaps: true});
      series.push({stroke: own, width: 2, show: smooth, points: {show: false}, spanGaps: true});
    });
    if (this.name === 'loss') {
      this.group.runs.forEach((run, i) => {
        const own = colour(`--c${i % 6 + 1}`);
        series.push({stroke: own, width: 1.5, dash: [5, 4], points: {show: true, size: 7, fill: colour('--card')}, spanGaps: true});
      });
    }
    this.plot = new uPlot({
      ...this.size(), series, legend: {show: false}, padding: [8, 26, 0, 0],
      scales: {x: {time: false}, y: this.group.logarithmic ? {distr: 3} : {range: around}},
      axes: [{...axis, size: 32, incrs: WHOLE}, {...axis, size: broad, values: labels}],
      cursor: {drag: {x: true, y: false, dist: 4}, points: {size: 7}},
      hooks: {setScale: [(plot, key) => key === 'x' && this.moved()], setCursor: [plot => this.group.pointed(this, plot.cursor.idx)]},
    }, this.data(), this.place);
    this.told();
  }

  data() {
    const weight = this.group.weight;
    const tables = this.group.runs.map(run => {
      const {x, y} = run.curves[this.name];
      return [x, y, smoothed(y, weight)];
    });
    if (this.name === 'loss') tables.push(...this.group.runs.map(({curves: {held}}) => [held.x, held.y]));
    const filled = tables.filter(table => table[0].length);
    if (!filled.length) return [[], ...tables.flatMap(table => table.slice(1))];
    return tables.length === 1 ? tables[0] : uPlot.join(tables);
  }

  /** Draws what is there now, in the sight that it has. */
  draw() {
    const {min, max} = this.plot.scales.x;
    const zoomed = this.zoomed;
    this.plot.batch(() => {
      this.plot.setData(this.data(), !zoomed);
      if (zoomed) this.plot.setScale('x', {min, max});
    });
    this.told();
  }

  moved() {
    const x = this.plot && this.plot.data[0];
    if (!x || !x.length) return;
    const {min, max} = this.plot.scales.x;
    this.zoomed = min > x[0] || max < x[x.length - 1];
    this.told();
    this.group.sight(this, min, max);
  }

  told() {
    if (!this.plot) return;
    if (this.name === 'loss') $('held').hidden = this.group.runs.every(run => !run.curves.held.x.length);
    const {min, max} = this.plot.scales.x;
    const points = Math.max(0, ...this.group.runs.map(run => run.curves[this.name].x.length));
    const set = {points, series: this.group.runs.length, from: Math.max(0, Math.floor(min || 0)), to: Math.ceil(max || 0)};
    Object.entries(set).forEach(([name, value]) => { this.place.dataset[name] = value; });
  }

  look(min, max) { this.plot.setScale('x', {min, max}); }

  whole() {
    this.zoomed = false;
    this.plot.setData(this.data(), true);
    this.told();
  }

  key(event) {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!step || !this.plot.data[0].length) return;
    event.preventDefault();
    const idx = Math.min(this.plot.data[0].length - 1, Math.max(0, (this.plot.cursor.idx || 0) + step));
    this.plot.setCursor({left: this.plot.valToPos(this.plot.data[0][idx], 'x'), top: this.plot.bbox.height / 2 / devicePixelRatio});
  }
}

/** All curves of a page. */
class Curves {
  constructor(place) {
    this.weight = +$('smoothing').value;
    this.logarithmic = $('logarithmic').checked;
    const first = JSON.parse(place.dataset.first || '[]');
    this.runs = place.dataset.runs.split('\n').map((address, i) => ({address, name: decodeURIComponent(address.split('/').pop()),
      curves: first[i] || {loss: {x: [], y: []}, rate: {x: [], y: []}, norm: {x: [], y: []}, held: {x: [], y: []}, last: 0, size: 0}}));
    this.charts = SERIES.filter(([id]) => $(id)).map(([id, name]) => new Chart($(id), name, this));
    on($('smoothing'), 'input', () => this.smooth(+$('smoothing').value));
    on($('logarithmic'), 'change', () => { this.logarithmic = $('logarithmic').checked; this.rebuild(); });
    on($('reset'), 'click', () => this.reset());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.rebuild());
    this.runs.forEach(run => run.curves.size > run.curves.loss.x.length && this.fetch(run));
  }

  smooth(weight) {
    const changes = (weight > 0) !== (this.weight > 0);
    this.weight = weight;
    changes ? this.rebuild() : this.charts.forEach(chart => chart.draw());
  }

  rebuild() {
    this.charts.forEach(chart => {
      const {zoomed} = chart, {min, max} = chart.plot.scales.x;
      chart.build();
      if (zoomed) chart.look(min, max);
    });
  }

  reset() {
    this.quiet = true;
    this.charts.forEach(chart => chart.whole());
    this.quiet = false;
    this.runs.forEach(run => run.part && this.fetch(run));
  }

  /** All charts of a page look at the same steps; of a long run, those steps are asked for anew. */
  sight(from, min, max) {
    if (this.quiet || !from.zoomed) return;
    this.quiet = true;
    this.charts.filter(chart => chart !== from).forEach(chart => chart.look(min, max));
    this.quiet = false;
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.runs.forEach(run => run.curves.size > MOST
      && this.fetch(run, Math.floor(min), Math.ceil(max))), 250);
  }

  async fetch(run, from, to) {
    const answer = await fetch(`${run.address}/curves${from === undefined ? '' : `?from=${from}&to=${to}`}`);
    if (!answer.ok) return;
    const curves = await answer.json();
    run.part = from !== undefined;
    if (run.part) this.around(run, curves, from, to);
    run.curves = curves;
    this.charts.forEach(chart => chart.draw());
  }

  /** Both ends stay, so that there is something to zoom out to. */
  around(run, curves, from, to) {
    for (const [, name] of ALL) {
      const old = run.curves[name], now = curves[name], last = old.x.length - 1;
      if (last < 0) continue;
      if (old.x[0] < from) { now.x.unshift(old.x[0]); now.y.unshift(old.y[0]); }
      if (old.x[last] > to) { now.x.push(old.x[last]); now.y.push(old.y[last]); }
      if (now.x.length > MOST) { now.x.splice(1, now.x.length - MOST); now.y.splice(1, now.y.length - MOST); }
    }
  }

  /** Steps that were taken; where a resumed run takes steps anew, all is asked for again. */
  async grow(run, rows) {
    if (!rows.length) return;
    const again = rows[0].step <= run.curves.last || rows.length + run.curves.loss.x.length > MOST && !run.part;
    if (again) return this.fetch(run);
    rows.forEach(row => ALL.forEach(([, name, key]) => {
      if (Number.isFinite(row[key])) { run.curves[name].x.push(row.step); run.curves[name].y.push(row[key]); }
    }));
    run.curves.last = rows[rows.length - 1].step;
    run.curves.size += rows.length;
    this.charts.forEach(chart => chart.draw());
  }

  pointed(chart, at) {
    if (at === null || at === undefined || !chart.plot) return;
    const step = chart.plot.data[0][at];
    if (step === undefined) return;
    const parts = this.runs.map(run => {
      const values = ALL.filter(([id]) => $(id)).map(([, name]) => {
        const {x, y} = run.curves[name], place = x.indexOf(step);
        return place < 0 ? '' : `${name === 'held' ? 'held back' : name} ${short(y[place])}`;
      }).filter(Boolean);
      return values.length ? (this.runs.length > 1 ? `${run.name}: ` : '') + values.join(' · ') : '';
    }).filter(Boolean);
    document.querySelector('[data-testid=curve-values]').textContent = `step ${step} · ${parts.join(' · ')}`;
  }
}

/** Follows a run: asks for what is new, once a second while something happens and the page is looked at. */
async function follow(run, rowsCame, stateCame) {
  let last = run.curves.last, live = true;
  for (;;) {
    try {
      const answer = await fetch(`${run.address}/events?once=1`, {headers: {'Last-Event-ID': String(last)}});
      if (answer.status === 404 || answer.status === 401) return;
      const rows = [];
      for (const event of (await answer.text()).split('\n\n')) {
        const data = event.slice(event.indexOf('\ndata: ') + 7);
        if (event.startsWith('event: step')) rows.push(JSON.parse(event.slice(event.indexOf('\ndata: ') + 7)));
        else if (event.startsWith('event: state')) {
          const state = JSON.parse(data);
          if (state.last < last) last = 0;
          live = state.live;
          stateCame && stateCame(state);
        }
      }
      if (rows.length) last = rows[rows.length - 1].step;
      await rowsCame(rows);
    } catch (gone) { live = false; }
    await wait(document.hidden ? 10000 : live ? 800 : 4000);
  }
}

// ---- pages ------------------------------------------------------------------------------------

function runs() {
  const filter = () => {
    const word = ($('find') ? $('find').value : '').toLowerCase();
    document.querySelectorAll('tbody tr').forEach(row => { row.hidden = !row.querySelector('th').textContent.toLowerCase().includes(word); });
  };
  const chosen = () => new Set([...document.querySelectorAll('tbody input:checked')].map(box => box.value));
  const count = () => { const button = $('compare'); if (button) button.disabled = chosen().size < 2; };
  const bind = () => { on($('find'), 'input', filter); on($('list').querySelector('form'), 'change', count); count(); };
  bind();
  (async () => {
    for (;;) {
      const form = $('list').querySelector('form');
      await wait(document.hidden ? 10000 : form && form.dataset.live === 'true' ? 1500 : 5000);
      if ($('list').contains(document.activeElement)) continue;
      try {
        const content = await part('/runs?part=table'), kept = chosen(), word = $('find') ? $('find').value : '';
        if ($('list').contains(document.activeElement)) continue;
        content.querySelectorAll('tbody input').forEach(box => { box.checked = kept.has(box.value); });
        $('list').replaceChildren(content);
        if ($('find')) $('find').value = word;
        bind();
        filter();
      } catch (gone) { /* asked again */ }
    }
  })();
}

function run() {
  const curves = new Curves($('curves')), address = $('run').dataset.address;
  let samples = null, made = null;
  follow(curves.runs[0], rows => curves.grow(curves.runs[0], rows), state => {
    const word = document.querySelector('[data-testid=state]');
    word.textContent = state.state;
    word.className = `state ${state.state}`;
    tell('step', state.steps);
    tell('loss', state.loss);
    tell('left', state.live && state.total ? span((state.total - state.last) * state.seconds) : '–');
    tell('log', state.log);
    $('progress').max = Math.max(1, state.total, state.last);
    $('progress').value = state.last;
    if ($('actions')) {
      if ($('stop').getAttribute('aria-busy') !== 'true') $('stop').disabled = !state.live || state.state === 'stopping';
      if ($('resume').getAttribute('aria-busy') !== 'true') $('resume').disabled = state.live || !state.recipe;
    }
    say(state.errors);
    if (samples !== null && samples !== state.samples) part(`${address}/samples`).then(content => $('samples').replaceChildren(content));
    samples = state.samples;
    const now = `${state.recipe} ${state.live}`;
    if (made !== null && made !== now) part(`${address}/made`).then(content => $('made').replaceChildren(content));
    made = now;
  });
  const act = (id, body) => on($(id), 'click', async () => {
    const button = $(id);
    busy(button, true);
    const answer = await send(`${address}/${id}`, body());
    button.removeAttribute('aria-busy');
    if (answer.problems) { say(answer.problems); button.disabled = false; }
    else if (id === 'stop' && document.querySelector('[data-testid=state]').textContent === 'waiting') location.href = '/runs';
  });
  act('stop', () => ({}));
  act('resume', () => ({steps: $('steps').value}));
  on($('actions'), 'submit', event => event.preventDefault());
}

function compare() {
  const curves = new Curves($('curves'));
  curves.runs.forEach(each => follow(each, rows => curves.grow(each, rows)));
}

function fresh() {
  const recipe = $('recipe'), begin = $('begin');
  let turn = 0, timer, keys = '';
  const show = problems => {
    $('problems').replaceChildren(...problems.map(text => Object.assign(document.createElement('li'), {textContent: text})));
  };
  const verdict = text => { tell('verdict', text); };
  const check = async () => {
    const now = ++turn, text = recipe.value;
    if (!text.trim()) { show([]); verdict('Write a recipe, or start from one.'); return; }
    const answer = await send('/new/check', {recipe: text});
    if (now !== turn) return;
    show(answer.problems || []);
    tell('command', answer.command || '–');
    const wanted = `${answer.pipeline}|${answer.kind}`;
    if (answer.pipeline && wanted !== keys) {
      keys = wanted;
      part(`/new/keys?pipeline=${encodeURIComponent(answer.pipeline)}&kind=${encodeURIComponent(answer.kind)}`)
        .then(content => $('keys').replaceChildren(content));
    }
    if ((answer.problems || []).length) { verdict(`${answer.problems.length} to mend`); tell('memory', '–'); tell('time', '–'); return; }
    verdict('Keys and values are right; looking at model and data …');
    await wait(150);
    if (now !== turn) return;
    const files = await send('/new/files', {recipe: text});
    if (now !== turn) return;
    show(files.problems || []);
    tell('memory', files.memory || '–');
    tell('time', files.time || '–');
    tell('notes', files.notes || '');
    $('notes-box').hidden = !files.notes;
    const good = !(files.problems || []).length;
    verdict(good ? 'Nothing wrong.' : `${files.problems.length} to mend`);
    begin.disabled = !good;
  };
  const soon = () => { turn++; begin.disabled = true; clearTimeout(timer); timer = setTimeout(check, 250); };
  on(recipe, 'input', soon);
  on($('start'), 'change', async () => {
    const answer = await (await fetch(`/new/start?from=${encodeURIComponent($('start').value)}`)).json();
    recipe.value = answer.recipe;
    soon();
  });
  on($('recipe-form'), 'submit', async event => {
    event.preventDefault();
    say([]);
    busy(begin, true);
    const answer = await send('/new', {recipe: recipe.value});
    busy(begin, false);
    if (answer.location) location.href = answer.location;
    else { show(answer.problems || []); begin.disabled = true; }
  });
  on($('keys'), 'click', async event => {
    const key = event.target.closest('[data-key]');
    if (!key) return;
    const answer = await send('/new/set', {recipe: recipe.value, key: key.dataset.key, value: key.dataset.value || ''});
    if (answer.recipe === undefined) { say(answer.problems); return; }
    recipe.value = answer.recipe;
    recipe.focus();
    recipe.setSelectionRange(answer.from, answer.to);
    soon();
  });
  if (recipe.value.trim()) check();
}

function data() {
  const rows = $('rows'), form = $('choose');
  on(form.elements.file, 'change', () => form.requestSubmit());
  if (!rows) return;
  const address = () => `/data?${new URLSearchParams(new FormData(form))}`;
  const watch = new IntersectionObserver(seen => seen.filter(one => one.isIntersecting).forEach(async one => {
    watch.unobserve(one.target);
    const content = await part(`${one.target.getAttribute('href')}&part=rows`);
    one.target.replaceWith(content);
    more();
  }), {rootMargin: '600px'});
  const more = () => rows.querySelectorAll('.more').forEach(link => watch.observe(link));
  const load = async () => {
    rows.setAttribute('aria-busy', 'true');
    rows.replaceChildren(await part(`${address()}&part=rows`));
    rows.removeAttribute('aria-busy');
    settle();
  };
  const settle = async () => {
    more();
    if (rows.querySelector('[aria-busy=true]')) { await wait(700); load(); }
  };
  for (const name of ['problems', 'resolution', 'buckets']) {
    on(form.elements[name], 'change', () => { history.replaceState(null, '', address()); load(); });
  }
  on(rows, 'submit', async event => {
    event.preventDefault();
    const caption = event.target, button = caption.querySelector('button');
    busy(button, true);
    const answer = await send('/data/caption', {file: caption.dataset.file, caption: caption.querySelector('textarea').value});
    busy(button, false);
    button.textContent = answer.problems ? 'Not saved' : 'Saved';
    await wait(1500);
    button.textContent = 'Save';
  });
  settle();
}

function picture(input, preview) {
  const shown = () => {
    const file = input.files[0];
    if (preview.src) URL.revokeObjectURL(preview.src);
    preview.hidden = !file;
    if (file) preview.src = URL.createObjectURL(file);
  };
  const take = files => { if (files && files.length) { input.files = files; shown(); } };
  on(input, 'change', shown);
  on(preview, 'error', () => { preview.hidden = true; });
  on(document, 'paste', event => take(event.clipboardData.files));
  on(document, 'dragover', event => { event.preventDefault(); document.body.classList.add('drop'); });
  on(document, 'dragleave', () => document.body.classList.remove('drop'));
  on(document, 'drop', event => { event.preventDefault(); document.body.classList.remove('drop'); take(event.dataTransfer.files); });
}

function chat() {
  const sides = [$('answer-base'), $('answer-adapter')];
  let id = null;
  picture($('picture'), $('preview'));
  on($('stop'), 'click', () => id && send(`/chat/answers/${id}/stop`));
  on($('prompt'), 'keydown', event => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) $('ask').requestSubmit(); });
  on($('ask'), 'submit', async event => {
    event.preventDefault();
    say([]);
    sides.forEach(side => { side.textContent = ''; });
    busy($('send'), true);
    try { await asked(); } finally { busy($('send'), false); $('stop').disabled = true; sides.forEach(side => side.classList.remove('busy')); }
  });
  async function asked() {
    const file = $('picture').files[0];
    let kept = '';
    if (file) {
      if (file.size > 32 << 20) return say([`Picture: ${file.name} is larger than the 32 MiB that are taken.`]);
      const answer = await send('/chat/picture', file);
      if (answer.problems) return say(answer.problems);
      kept = answer.picture;
    }
    const body = {model: $('model').value, adapter: $('adapter').value, picture: kept, prompt: $('prompt').value, longest: $('longest').value};
    const begun = await send('/chat', body);
    if (begun.problems) return say(begun.problems);
    id = begun.id;
    $('stop').disabled = false;
    tell('command', begun.command);
    $('command').hidden = false;
    for (;;) {
      const answer = await (await fetch(`/chat/answers/${id}`)).json();
      answer.texts.forEach((text, i) => { if (sides[i].textContent !== text) sides[i].textContent = text; });
      const at = answer.texts.findIndex(text => !text);
      sides.forEach((side, i) => side.classList.toggle('busy', answer.busy && i === (at < 0 ? answer.texts.length - 1 : at)));
      if (!answer.busy) return say(answer.errors);
      await wait(150);
    }
  }
}

function generate() {
  const form = $('paint'), list = $('paintings');
  const strength = () => tell('strength-value', (+$('strength').value).toFixed(2).replace(/\.?0+$/, ''));
  on($('strength'), 'input', strength);
  strength();
  const follow = async id => {
    for (;;) {
      const content = await part(`/generate/${id}`), card = content.firstElementChild;
      const old = list.querySelector(`[data-painting="${id}"]`);
      if (!old) list.prepend(card);
      else if (old.innerHTML !== card.innerHTML || old.getAttribute('aria-busy') !== card.getAttribute('aria-busy')) old.replaceWith(card);
      if (card.getAttribute('aria-busy') !== 'true') return;
      await wait(500);
    }
  };
  on(form, 'submit', async event => {
    event.preventDefault();
    say([]);
    const body = Object.fromEntries(new FormData(form));
    busy($('generate'), true);
    const answer = await send('/generate', body);
    try {
      if (answer.problems) return say(answer.problems);
      const empty = document.querySelector('[data-testid=empty]');
      if (empty) empty.remove();
      await follow(answer.id);
    } finally { busy($('generate'), false); }
  });
  on(list, 'click', event => {
    const button = event.target.closest('[data-settings]');
    if (!button) return;
    const settings = JSON.parse(button.dataset.settings);
    [...form.elements].filter(field => field.name).forEach(field => {
      const value = settings[field.name];
      field.value = value === undefined ? '' : value;
    });
    strength();
    $('prompt').focus();
  });
  list.querySelectorAll('[aria-busy=true]').forEach(card => follow(card.dataset.painting));
}

function blind() {
  const form = $('trial'), sides = [$('left'), $('right')], buttons = [...$('choices').querySelectorAll('button')];
  let id = null;
  const ready = is => buttons.forEach(button => { button.disabled = !is; });
  on(form, 'submit', async event => {
    event.preventDefault();
    say([]);
    ready(false);
    ['left', 'right'].forEach(side => tell(`${side}-name`, side === 'left' ? 'Left' : 'Right'));
    sides.forEach(side => side.replaceChildren());
    busy($('begin'), true);
    try {
      const begun = await send('/blind', Object.fromEntries(new FormData(form)));
      if (begun.problems) return say(begun.problems);
      id = begun.id;
      for (;;) {
        const answer = await (await fetch(`/blind/${id}`)).json();
        // Both show at once: which comes first would tell.
        if (!answer.busy) return shown(answer);
        await wait(300);
      }
    } finally { busy($('begin'), false); }
  });
  function shown(answer) {
    if (answer.errors.length) return say(answer.errors);
    sides.forEach((side, i) => {
      if (answer.texts) side.textContent = answer.texts[i];
      else side.append(Object.assign(document.createElement('img'), {src: `/blind/${id}/${i}.png`, alt: $('prompt').value}));
    });
    ready(true);
  }
  on($('choices'), 'click', async event => {
    const side = event.target.dataset.side;
    if (!side || !id) return;
    ready(false);
    const row = await send(`/blind/${id}/choice`, {side});
    if (row.problems) return say(row.problems);
    id = null;
    ['left', 'right'].forEach(name => tell(`${name}-name`, `${name === 'left' ? 'Left' : 'Right'}: ${row[name].split('/').slice(-2).join('/')}`));
    $('tally').replaceChildren(await part('/blind/tally'));
  });
}

async function comparison() {
  const place = $('comparison'), {address} = place.dataset;
  on(place, 'click', async event => {
    const button = event.target.closest('[data-order]');
    if (!button) return;
    const waits = document.querySelector('[data-testid=state]').textContent === 'waiting';
    busy(button, true);
    const answer = await send(`${address}/${button.dataset.order}`);
    busy(button, false);
    if (answer.problems) say(answer.problems);
    else if (waits) location.href = '/runs';
    else await renew(place, `${address}?part=all`);
  });
  for (;;) {
    await wait(document.hidden ? 10000 : place.querySelector('[data-live=true]') ? 2000 : 6000);
    if (!document.hidden) await renew(place, `${address}?part=all`).catch(() => {});
  }
}

({runs, run, compare, comparison, blind, new: fresh, data, chat, generate}[page] || (() => {}))();
})();
