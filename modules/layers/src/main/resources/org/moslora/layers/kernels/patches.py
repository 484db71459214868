# A tower that sees pictures at their own resolution (Qwen2-VL, arXiv:2409.12191; Qwen2.5-VL, arXiv:2502.13923): rows
# are patches, and rows of one merged token lie together. Attention is full within each stretch of `lengths`: a
# picture's, or a window's where rows lie window by window.

from typing import List, NamedTuple, Tuple

import torch
from blocks import Block, Pass
from torch import Tensor


# Where patches lie, and how a block computes.
#   cos, sin   [n, head width / 2], of each row's line and column
#   lengths    rows that see each other, one stretch after the other
#   heads      of attention
#   eps        of the norms: layer norms where they have biases, else RMS norms
#   act        of the feed-forward part
class Grid(NamedTuple):
  cos: Tensor
  sin: Tensor
  lengths: List[int]
  heads: int
  eps: float
  act: str


class Kernels:
  def grid(self, cos: Tensor, sin: Tensor, lengths: List[int], heads: int, eps: float, act: str) -> Grid:
    return Grid(cos, sin, lengths, heads, eps, act)

  # [cos, sin], each [n, d/2], for lines and columns [n]: the first half of the angles goes by the line.
  def patch_angles(self, lines: Tensor, columns: Tensor, d: int) -> List[Tensor]:
    inv = 1.0 / torch.pow(10000.0, torch.arange(0, d // 2, 2, dtype=torch.float32, device=lines.device) / (d // 2))
    down = torch.outer(lines.to(torch.float32), inv)
    angles = torch.cat([down, torch.outer(columns.to(torch.float32), inv)], 1)
    return [torch.cos(angles), torch.sin(angles)]

  # Rows of patches [n, 3·p·p], each shown to all time slices of the weight, with what a table of positions has at four
  # of its places a row, weighed: places [n, 4], shares [n, 4]. Plain tensors: weight [w, 3, t, p, p], its bias or none,
  # table or none.
  def patch_embed(self, pixels: Tensor, block: Block, places: Tensor, shares: Tensor) -> List[Tensor]:
    w = block.plain[0].sum(2).flatten(1)
    x = torch.mm(pixels.to(w.dtype), w.t())
    if self.has_plain(block, 1):
      x.add_(block.plain[1])
    if self.has_plain(block, 2):
      each = block.plain[2].index_select(0, places.flatten()).view([x.size(0), 4, x.size(1)])
      x.add_((each.to(torch.float32) * shares.unsqueeze(2)).sum(1).to(x.dtype))
    return [x]

  # Adds the gradients of everything that patch_embed reads but the pixels.
  def patch_embed_back(
      self, dx: Tensor, pixels: Tensor, block: Block, places: Tensor, shares: Tensor
  ) -> List[Tensor]:
    gradients = block.plain_gradients
    if gradients[0].numel() > 0:
      w = block.plain[0]
      each = torch.mm(dx.t(), pixels.to(dx.dtype)).view([w.size(0), w.size(1), 1, w.size(3), w.size(4)])
      gradients[0].add_(each)
    if self.has_plain(block, 1) and gradients[1].numel() > 0:
      gradients[1].add_(dx.sum(0))
    if self.has_plain(block, 2) and gradients[2].numel() > 0:
      each = dx.to(torch.float32).unsqueeze(1) * shares.unsqueeze(2)
      gradients[2].index_add_(0, places.flatten(), each.flatten(0, 1))
    return [dx]

  # The norm whose weight is plain tensor i, and whose bias the next one if there is any: (y, what its gradient needs)
  def patch_norm(self, x: Tensor, block: Block, i: int, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
    if self.has_plain(block, i + 1):
      return self.normed(x, block, i, eps)
    y, r = self.rms(x, block.plain[i], eps)
    return (y, r, r)

  def patch_norm_back(
      self, dy: Tensor, x: Tensor, mean: Tensor, r: Tensor, block: Block, i: int
  ) -> Tensor:
    if self.has_plain(block, i + 1):
      return self.normed_back(dy, x, mean, r, block, i)
    return self.rms_back(dy, x, r, block.plain[i], block.plain_gradients[i])

  # q or k [n, heads, d] turned by its rows' angles, in float32.
  def patch_turned(self, x: Tensor, grid: Grid, sign: float) -> Tensor:
    return self.rotated(x.to(torch.float32), grid.cos, grid.sin, sign).to(x.dtype)

  # (out, lse) of stretches of rows that see each other.
  def patch_attend(self, q: Tensor, k: Tensor, v: Tensor, grid: Grid, composed: bool) -> Tuple[Tensor, Tensor]:
    return self.attend(q, k, v, grid.lengths, False, composed)

  # One block. Plain tensors: weight and bias, or none, of both norms. Linears: q, k and v in one; what attention goes
  # through; into the feed-forward part (its gate, where it has one); out of it; beside the gate, or none.
  # [y, q, k, v, attention, lse, h, inner, …]: the output and what the backward pass needs besides x.
  def patch_block_forward(self, x: Tensor, block: Block, seed: int, grid: Grid) -> List[Tensor]:
    run = self.begun(block, seed)
    n1, m1, r1 = self.patch_norm(x, block, 0, grid.eps)
    joined = self.linear(n1, run, 0).view([x.size(0), 3, grid.heads, -1])
    q = self.patch_turned(joined[:, 0], grid, 1.0)
    k = self.patch_turned(joined[:, 1], grid, 1.0)
    v = joined[:, 2].contiguous()
    o, lse = self.patch_attend(q, k, v, grid, block.composed)
    h = self.linear(o, run, 1).add_(x)
    n2, m2, r2 = self.patch_norm(h, block, 2, grid.eps)
    inner = self.linear(n2, run, 2)
    made = [q, k, v, o, lse, h, inner]
    open = self.activation(inner, grid.act)
    if self.present(block, 4):
      up = self.linear(n2, run, 4)
      made = made + [up]
      open = open * up
    return [self.linear(open, run, 3).add_(h)] + made + run.bare

  # As decoder_backward.
  def patch_block_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, grid: Grid
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.patch_block_forward(x, block, seed, grid)[1:]
    q, k, v, o, lse, h, inner = saved[:7]
    gated = self.present(block, 4)
    none = torch.empty([0])
    n2, m2, r2 = self.patch_norm(h, block, 2, grid.eps)
    open = self.activation(inner, grid.act)
    if gated:
      run = Pass(block, seed, saved[8:])
      up = saved[7]
      dopen = self.linear_back(dy, open * up, none, run, 3, True)
      dn2 = self.linear_back(self.activation_back(dopen * up, inner, grid.act), n2, none, run, 2, True)
      dn2 = self.linear_back(open.mul_(dopen), n2, dn2, run, 4, True)
    else:
      run = Pass(block, seed, saved[7:])
      dopen = self.linear_back(dy, open, none, run, 3, True)
      dn2 = self.linear_back(self.activation_back(dopen, inner, grid.act), n2, none, run, 2, True)
    dh = self.patch_norm_back(dn2, h, m2, r2, block, 2).add_(dy)
    do = self.linear_back(dh, o, none, run, 1, True)
    dq, dk, dv = self.attend_back(do, q, k, v, o, lse, grid.lengths, False, block.composed)
    joined = torch.stack([self.patch_turned(dq, grid, -1.0), self.patch_turned(dk, grid, -1.0), dv], 1)
    n1, m1, r1 = self.patch_norm(x, block, 0, grid.eps)
    below = need or block.plain_gradients[0].numel() > 0
    if self.has_plain(block, 1):
      below = below or block.plain_gradients[1].numel() > 0
    dn1 = self.linear_back(joined.flatten(1), n1, none, run, 0, below)
    if not below:
      return [none]
    return [self.patch_norm_back(dn1, x, m1, r1, block, 0).add_(dh)]

  # Rows in the order of `places`.
  def reordered(self, x: Tensor, places: Tensor) -> List[Tensor]:
    return [x.index_select(0, places)]

  # Each token's rows side by side: [n, w] -> [n / rows, w·rows], normed before or, with `late`, after.
  def merged_rows(self, x: Tensor, block: Block, eps: float, rows: int, late: bool) -> Tensor:
    if late:
      y, mean, r = self.patch_norm(x.view([-1, x.size(1) * rows]), block, 0, eps)
      return y
    y, mean, r = self.patch_norm(x, block, 0, eps)
    return y.view([-1, x.size(1) * rows])

  # From rows x [n, w] to tokens [n / rows, hidden]: norm, join, two linears with a GELU between.
  # [y, inner, …]: the output and what the backward pass needs besides x. Plain tensors: the norm's.
  def merger_forward(
      self, x: Tensor, block: Block, seed: int, eps: float, rows: int, late: bool
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    inner = self.linear(self.merged_rows(x, block, eps, rows, late), run, 0)
    return [self.linear(self.activation(inner, "gelu"), run, 1), inner] + run.bare

  def merger_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, eps: float, rows: int,
      late: bool
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.merger_forward(x, block, seed, eps, rows, late)[1:]
    inner = saved[0]
    run = Pass(block, seed, saved[1:])
    none = torch.empty([0])
    da = self.linear_back(dy, self.activation(inner, "gelu"), none, run, 1, True)
    dinner = self.activation_back(da, inner, "gelu")
    below = need or block.plain_gradients[0].numel() > 0
    if self.has_plain(block, 1):
      below = below or block.plain_gradients[1].numel() > 0
    dn = self.linear_back(dinner, self.merged_rows(x, block, eps, rows, late), none, run, 0, below)
    if not below:
      return [none]
    shaped = x
    if late:
      shaped = x.view([-1, x.size(1) * rows])
    y, mean, r = self.patch_norm(shaped, block, 0, eps)
    return [self.patch_norm_back(dn.view(shaped.size()), shaped, mean, r, block, 0).view(x.size())]

  # Adds rows to a copy of x at places.
  def added_at(self, x: Tensor, places: Tensor, rows: Tensor) -> List[Tensor]:
    return [x.index_add(0, places, rows.to(x.dtype))]

  # [which of `keep` are places, which of the places each of them is]
  def met(self, keep: Tensor, places: Tensor) -> Tuple[Tensor, Tensor]:
    pairs = torch.nonzero(keep.unsqueeze(1) == places.unsqueeze(0))
    return (pairs[:, 0], pairs[:, 1])

  # x, of which only the rows `keep` of all are left, with rows added at those of them that are places.
  def added_among(self, x: Tensor, keep: Tensor, places: Tensor, rows: Tensor) -> List[Tensor]:
    kept, which = self.met(keep, places)
    return [x.index_add(0, kept, rows.index_select(0, which).to(x.dtype))]

  # The gradient of those rows; of a place that is not kept it is zero.
  def selected_among(self, dy: Tensor, keep: Tensor, places: Tensor) -> List[Tensor]:
    kept, which = self.met(keep, places)
    made = torch.zeros([places.size(0), dy.size(1)], dtype=dy.dtype, device=dy.device)
    return [made.index_copy_(0, which, dy.index_select(0, kept))]

  # Parts of x's columns, all of one width.
  def column_parts(self, x: Tensor, parts: int) -> List[Tensor]:
    return [part.contiguous() for part in x.chunk(parts, 1)]
