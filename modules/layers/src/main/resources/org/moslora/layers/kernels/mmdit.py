# The blocks of MMDiT (Esser et al. 2024, arXiv:2403.03206), which Stable Diffusion 3 and FLUX.1 are made of. A state is
# one joint sequence [B·(words + places), D], of each picture first its text, then its places. `time` [B, D] is what
# time, pooled text and guidance say, activated; every block makes shifts, scales and gates of it. cos, sin
# [rows, head / 2] are rotary angles, without entries where there are none.

from typing import List, Tuple

import torch
from blocks import Block, Pass
from torch import Tensor


class Kernels:
  # The rows of the text, or of the places, out of a joint sequence.
  def text_stream(self, x: Tensor, count: int, words: int) -> Tensor:
    return x.view([count, -1, x.size(1)])[:, :words].reshape([-1, x.size(1)])

  def place_stream(self, x: Tensor, count: int, words: int) -> Tensor:
    return x.view([count, -1, x.size(1)])[:, words:].reshape([-1, x.size(1)])

  def joint_streams(self, text: Tensor, places: Tensor, count: int) -> Tensor:
    width = text.size(1)
    return torch.cat([text.view([count, -1, width]), places.view([count, -1, width])], 1).view([-1, width])

  # (1 + scale)·norm(x) + shift, both [B, D], with a norm that has no weights: (y, mean, 1/deviation)
  def stream_normed(self, x: Tensor, shift: Tensor, scale: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    n, mean, r = torch.native_layer_norm(x, [x.size(1)], None, None, 1e-06)
    y = torch.addcmul(shift.unsqueeze(1), n.view([shift.size(0), -1, x.size(1)]), scale.add(1.0).unsqueeze(1))
    return (y.view(x.size()), mean, r)

  # (gradient of x, of shift, of scale); the last two only where `wide` asks for them.
  def stream_normed_back(
      self, dy: Tensor, x: Tensor, mean: Tensor, r: Tensor, scale: Tensor, wide: bool
  ) -> Tuple[Tensor, Tensor, Tensor]:
    rows = dy.view([scale.size(0), -1, x.size(1)])
    dn = torch.mul(rows, scale.add(1.0).unsqueeze(1)).view(x.size())
    dx, dw, db = torch.native_layer_norm_backward(
        dn, x, [x.size(1)], mean, r, None, None, [True, False, False])
    if not wide:
      return (dx, dw, db)
    n, m, d = torch.native_layer_norm(x, [x.size(1)], None, None, 1e-06)
    return (dx, rows.sum([1]), torch.mul(rows, n.view(rows.size())).sum([1]))

  # x + gate·y, with gate [B, D]
  def stream_gated(self, x: Tensor, gate: Tensor, y: Tensor) -> Tensor:
    parts = [gate.size(0), -1, x.size(1)]
    return torch.addcmul(x.view(parts), gate.unsqueeze(1), y.view(parts)).view(x.size())

  # gate·dy: the gradient of y
  def stream_open(self, dy: Tensor, gate: Tensor) -> Tensor:
    return torch.mul(dy.view([gate.size(0), -1, dy.size(1)]), gate.unsqueeze(1)).view(dy.size())

  # The gradient of a gate: what dy and y have in common over the places of a picture.
  def stream_gate_back(self, dy: Tensor, y: Tensor, count: int) -> Tensor:
    return torch.mul(dy, y).view([count, -1, dy.size(1)]).sum([1])

  # Whether somebody wants the gradient of what linear i makes of `time`.
  def wants_modulation(self, block: Block, i: int, timed: bool) -> bool:
    learns = block.weight_gradients[2 * i].numel() > 0 or block.weight_gradients[2 * i + 1].numel() > 0
    return timed or learns or self.learns(block, i) or self.gain_learns(block, i)

  def gain_learns(self, block: Block, i: int) -> bool:
    return self.gained(block, i) and self.gain_gradient(block, i).numel() > 0

  # Adds what comes of linear i of `time`, and returns the gradient of time, added to dtime where it has entries.
  def modulation_back(
      self, parts: List[Tensor], time: Tensor, dtime: Tensor, run: Pass, i: int, timed: bool
  ) -> Tensor:
    return self.linear_back(torch.cat(parts, 1), time, dtime, run, i, timed)

  # The weights of head norms, one for each row of a joint sequence: [rows, 1, d]; without entries where there are none.
  def head_weights(self, block: Block, places: int, text: int, words: int, rows: int) -> Tensor:
    w = block.plain[places]
    if w.numel() == 0 or words == 0:
      return w
    return torch.cat(
        [block.plain[text].view([1, 1, -1]).expand([words, 1, w.size(0)]),
         w.view([1, 1, -1]).expand([rows - words, 1, w.size(0)])], 0)

  # Neighbouring entries of each head turned by their rows' angles; x [B, rows, heads, d]. Sign -1 turns back.
  def turned_heads(self, x: Tensor, cos: Tensor, sin: Tensor, sign: float) -> Tensor:
    if cos.numel() == 0:
      return x
    pairs = x.view([x.size(0), x.size(1), x.size(2), -1, 2])
    a = pairs.select(4, 0)
    b = pairs.select(4, 1)
    c = cos.unsqueeze(1).to(x.dtype)  # [rows, 1, d / 2]
    s = torch.mul(sin, sign).unsqueeze(1).to(x.dtype)
    return torch.stack([a * c - b * s, torch.addcmul(b * c, a, s)], 4).view(x.size())

  # Queries or keys as attention takes them: each head normed where there are weights, and turned.
  def ready_heads(self, x: Tensor, weights: Tensor, count: int, heads: int, cos: Tensor, sin: Tensor) -> Tensor:
    y = x.view([count, -1, heads, x.size(1) // heads])
    if weights.numel() > 0:
      y, r = self.rms(y, weights, 1e-06)
    return self.turned_heads(y, cos, sin, 1.0).view(x.size())

  # Their gradient before both. Adds those of the norms' weights, of text [words] and of places, where they are trained.
  def ready_heads_back(
      self, dy: Tensor, x: Tensor, weights: Tensor, count: int, heads: int, cos: Tensor, sin: Tensor, gtext: Tensor,
      gplaces: Tensor, words: int
  ) -> Tensor:
    parts = [count, -1, heads, x.size(1) // heads]
    d = self.turned_heads(dy.reshape(parts), cos, sin, -1.0)
    if weights.numel() == 0:
      return d.reshape(x.size())
    y = x.view(parts)
    one, r = self.rms(y, torch.ones_like(weights), 1e-06)
    if gplaces.numel() > 0:
      own = torch.mul(d, one).to(torch.float32).sum([0, 2])  # [rows, d]
      gplaces.add_(own[words:].sum([0]))
      if words > 0:
        gtext.add_(own[:words].sum([0]))
    return self.rms_back(d, y, r, weights, torch.empty([0])).reshape(x.size())

  # [activated, sum, …]: what blocks read of time [B], pooled text [B, p] and guidance [B]. Linears, by twos: of
  # time, of pooled text, of guidance where there is one.
  def streams_time_forward(
      self, t: Tensor, pooled: Tensor, guidance: Tensor, block: Block, seed: int
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    like = self.weight_like(block.weights, 0)
    e = self.sinusoid(t, like.size(1), True, 0.0).to(like.dtype)
    h = self.linear_few(e, run, 0)
    p = pooled.to(like.dtype)
    hp = self.linear_few(p, run, 2)
    total = self.linear_few(torch.silu(h), run, 1).add_(self.linear_few(torch.silu(hp), run, 3))
    if not self.present(block, 4):
      return [torch.silu(total), total, e, h, p, hp] + run.bare
    g = self.sinusoid(guidance, like.size(1), True, 0.0).to(like.dtype)
    hg = self.linear_few(g, run, 4)
    total.add_(self.linear_few(torch.silu(hg), run, 5))
    return [torch.silu(total), total, e, h, p, hp, g, hg] + run.bare

  # [dpooled], where `need` says so, from the gradient of what is activated. `saved` begins with the sum.
  def streams_time_backward(
      self, dtime: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool
  ) -> List[Tensor]:
    none = torch.empty([0])
    total, e, h, p, hp = saved[:5]
    guided = self.present(block, 4)
    run = Pass(block, seed, saved[7:] if guided else saved[5:])
    d = torch.silu_backward(dtime, total)
    dh = self.linear_back(d, torch.silu(h), none, run, 1, True)
    self.linear_back(torch.silu_backward(dh, h), e, none, run, 0, False)
    if guided:
      g = saved[5]
      hg = saved[6]
      dh = self.linear_back(d, torch.silu(hg), none, run, 5, True)
      self.linear_back(torch.silu_backward(dh, hg), g, none, run, 4, False)
    dh = self.linear_back(d, torch.silu(hp), none, run, 3, True)
    return [self.linear_back(torch.silu_backward(dh, hp), p, none, run, 2, need)]

  # The joint sequence of latents x [B, c, h, w] and text [B·words, width]. Linears: of places, of text. `positions`
  # [1, m·m, D] are those of a square of which the middle is taken; without entries where there are none.
  def streams_start_forward(
      self, x: Tensor, block: Block, seed: int, text: Tensor, positions: Tensor
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    count = x.size(0)
    places = self.linear(self.patched(x, 2, False), run, 0)
    if positions.numel() > 0:
      h = x.size(2) // 2
      w = x.size(3) // 2
      side = int(float(positions.size(1)) ** 0.5 + 0.5)
      square = positions.view([side, side, -1])
      top = (side - h) // 2
      left = (side - w) // 2
      middle = square[top:top + h, left:left + w].reshape([1, h * w, -1])
      places = torch.add(places.view([count, h * w, -1]), middle.to(places.dtype)).view(places.size())
    return [self.joint_streams(self.linear(text, run, 1), places, count)] + run.bare

  # [none, dtext], the latter where `texts` says so: nobody asks for the gradient of latents.
  def streams_start_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, text: Tensor,
      positions: Tensor, texts: bool
  ) -> List[Tensor]:
    none = torch.empty([0])
    if len(saved) == 0:
      saved = self.streams_start_forward(x, block, seed, text, positions)[1:]
    run = Pass(block, seed, saved)
    count = x.size(0)
    words = text.size(0) // count
    self.linear_back(self.place_stream(dy, count, words), self.patched(x, 2, False), none, run, 0, False)
    return [none, self.linear_back(self.text_stream(dy, count, words), text, none, run, 1, texts)]

  # The end: [answer, …], [B, c, h, w] in float32. Linears: norm_out.linear, which says scale, then shift; proj_out.
  # `last`: whether a place has its channels last.
  def streams_end_forward(
      self, x: Tensor, block: Block, seed: int, last: bool, time: Tensor, words: int, size: List[int]
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    p = self.place_stream(x, size[0], words)
    scale, shift = self.linear_few(time, run, 0).chunk(2, 1)
    n, m, r = self.stream_normed(p, shift, scale)
    return [self.unpatched(self.linear(n, run, 1), size, 2, last).to(torch.float32)] + run.bare

  # [dx, dtime], the latter where `timed` says so.
  def streams_end_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, last: bool, time: Tensor,
      words: int, size: List[int], timed: bool
  ) -> List[Tensor]:
    none = torch.empty([0])
    if len(saved) == 0:
      saved = self.streams_end_forward(x, block, seed, last, time, words, size)[1:]
    run = Pass(block, seed, saved)
    p = self.place_stream(x, size[0], words)
    scale, shift = self.linear_few(time, run, 0).chunk(2, 1)
    n, m, r = self.stream_normed(p, shift, scale)
    wide = self.wants_modulation(block, 0, timed)
    dn = self.linear_back(self.patched(dy, 2, last).to(x.dtype), n, none, run, 1, need or wide)
    if not need and not wide:
      return [none, none]
    dp, dshift, dscale = self.stream_normed_back(dn, p, m, r, scale, wide)
    dtime = none
    if wide:
      dtime = self.modulation_back([dscale, dshift], time, none, run, 0, timed)
    dx = torch.zeros([size[0] * words, x.size(1)], dtype=x.dtype, device=x.device)
    return [self.joint_streams(dx, dp, size[0]), dtime]
