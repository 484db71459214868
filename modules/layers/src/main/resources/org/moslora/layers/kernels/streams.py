# What transformers that denoise by flow matching have in common (Peebles and Xie 2023, arXiv:2212.09748; Esser et al.
# 2024, arXiv:2403.03206): patches of latents as rows, rotary positions on several axes, streams side by side, and norms
# modulated by the time. The rows of all pictures lie one after the other, `lengths` of them each; what is said of a
# picture as a whole has a row for each.

from typing import List, Tuple

import torch
from blocks import Block, Pass, Rows
from torch import Tensor
from torch.jit import annotate


class Kernels:
  # Latents [B, c, h, w] -> rows [B·h/p·w/p, p·p·c], a patch a row: (row, column, channel) where `last` says that the
  # channel comes last, else (channel, row, column).
  def patched(self, z: Tensor, p: int, last: bool) -> Tensor:
    x = z.view([z.size(0), z.size(1), z.size(2) // p, p, z.size(3) // p, p])
    if last:
      x = x.permute([0, 2, 4, 3, 5, 1])
    else:
      x = x.permute([0, 2, 4, 1, 3, 5])
    return x.reshape([-1, z.size(1) * p * p])

  # And back, to latents of this size.
  def unpatched(self, rows: Tensor, size: List[int], p: int, last: bool) -> Tensor:
    if last:
      x = rows.view([size[0], size[2] // p, size[3] // p, p, p, size[1]]).permute([0, 5, 1, 3, 2, 4])
    else:
      x = rows.view([size[0], size[2] // p, size[3] // p, size[1], p, p]).permute([0, 3, 1, 4, 2, 5])
    return x.reshape(size)

  # Cosines and sines [n, d/2] of positions on several axes [n, axes], the angles of one after those of the other; axis
  # a has `widths[a]` entries of a head. Computed in float64; `single` rounds the angles before their cosine is taken.
  def axial_angles(self, at: Tensor, widths: List[int], theta: float, single: bool, device: str) -> List[Tensor]:
    parts = annotate(List[Tensor], [])
    for a in range(len(widths)):
      steps = torch.arange(0, widths[a], 2, dtype=torch.float64) / float(widths[a])
      parts.append(torch.outer(at[:, a].to(torch.float64), torch.pow(theta, steps).reciprocal()))
    angles = torch.cat(parts, 1)
    if single:
      angles = angles.to(torch.float32)
    place = torch.device(device)
    return [torch.cos(angles).to(torch.float32).to(place), torch.sin(angles).to(torch.float32).to(place)]

  # Rotates neighbours (2i, 2i + 1) of x [n, heads, d] by the angles of its rows; sign -1 turns back.
  def turned_pairs(self, x: Tensor, cos: Tensor, sin: Tensor, sign: float) -> Tensor:
    c = cos.unsqueeze(1).unsqueeze(3).to(x.dtype)
    s = (sin * sign).unsqueeze(1).to(x.dtype)
    pairs = x.view([x.size(0), x.size(1), -1, 2])
    y = pairs * c
    y.select(3, 0).addcmul_(pairs.select(3, 1), s, value=-1)
    y.select(3, 1).addcmul_(pairs.select(3, 0), s)
    return y.view(x.size())

  # The rows of each picture times its row of s [B, width].
  def rows_scaled(self, x: Tensor, s: Tensor, lengths: List[int]) -> Tensor:
    if len(lengths) == 1:
      return x * s
    y = torch.empty_like(x)
    start = 0
    for i in range(len(lengths)):
      end = start + lengths[i]
      y[start:end].copy_(x[start:end] * s[i])
      start = end
    return y

  # x with each picture's row of s added to its rows, in place.
  def rows_shifted_(self, x: Tensor, s: Tensor, lengths: List[int]) -> Tensor:
    start = 0
    for i in range(len(lengths)):
      end = start + lengths[i]
      x[start:end].add_(s[i])
      start = end
    return x

  # [B, width]: the sum of each picture's rows.
  def rows_summed(self, x: Tensor, lengths: List[int]) -> Tensor:
    sums = annotate(List[Tensor], [])
    start = 0
    for n in lengths:
      sums.append(x[start:start + n].sum(0))
      start = start + n
    return torch.stack(sums)

  # Two streams of the same pictures as one: first's rows of a picture, then second's.
  def joined_streams(self, first: Tensor, second: Tensor, ones: List[int], others: List[int]) -> List[Tensor]:
    parts = annotate(List[Tensor], [])
    a = 0
    b = 0
    for i in range(len(ones)):
      parts.append(first[a:a + ones[i]])
      parts.append(second[b:b + others[i]])
      a = a + ones[i]
      b = b + others[i]
    return [torch.cat(parts, 0)]

  # And apart again.
  def parted_streams(self, x: Tensor, ones: List[int], others: List[int]) -> List[Tensor]:
    first = annotate(List[Tensor], [])
    second = annotate(List[Tensor], [])
    at = 0
    for i in range(len(ones)):
      first.append(x[at:at + ones[i]])
      second.append(x[at + ones[i]:at + ones[i] + others[i]])
      at = at + ones[i] + others[i]
    return [torch.cat(first, 0), torch.cat(second, 0)]

  # Rows of a stream [n, width] where each picture has further rows of zeros behind its own.
  def padded_stream(self, x: Tensor, lengths: List[int], more: List[int]) -> Tensor:
    parts = annotate(List[Tensor], [])
    at = 0
    for i in range(len(lengths)):
      parts.append(x[at:at + lengths[i]])
      if more[i] > 0:
        parts.append(torch.zeros([more[i], x.size(1)], dtype=x.dtype, device=x.device))
      at = at + lengths[i]
    return torch.cat(parts, 0)

  # RMS norm of each head of rows [n, heads·d]: (y [n, heads, d], 1/rms)
  def heads_normed(self, x: Tensor, w: Tensor, d: int, eps: float) -> Tuple[Tensor, Tensor]:
    y, r = self.rms(x.view([-1, d]), w, eps)
    return (y.view([x.size(0), -1, d]), r)

  def heads_normed_back(self, dy: Tensor, x: Tensor, r: Tensor, w: Tensor, gw: Tensor) -> Tensor:
    d = w.size(0)
    return self.rms_back(dy.reshape([-1, d]), x.view([-1, d]), r, w, gw).view(x.size())

  # Layer norm without weights, in float32: (y in x's format, mean, 1/deviation)
  def bare_norm(self, x: Tensor, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
    y, mean, r = torch.native_layer_norm(x.to(torch.float32), [x.size(-1)], None, None, eps)
    return (y.to(x.dtype), mean, r)

  def bare_norm_back(self, dy: Tensor, x: Tensor, mean: Tensor, r: Tensor) -> Tensor:
    wide = x.to(torch.float32)
    dx, dw, db = torch.native_layer_norm_backward(
        dy.to(torch.float32), wide, [x.size(-1)], mean, r, None, None, [True, False, False])
    return dx.to(x.dtype)

  # The time's embedding [B, width] of t [B] from 0 to 1000: linear 1 of the activation of linear 0 of its sinusoid.
  # Then what the backward pass needs.
  def flow_time_forward(self, t: Tensor, block: Block, seed: int, width: int) -> List[Tensor]:
    run = self.begun(block, seed)
    like = self.weight_like(block.weights, 0)
    e = self.sinusoid(t, width, True, 0.0).to(like.dtype)
    h = self.linear_few(e, run, 0)
    return [self.linear_few(torch.silu(h), run, 1), e, h] + run.bare

  # Adds the gradients of the time's embedding.
  def flow_time_backward(self, dc: Tensor, saved: List[Tensor], block: Block, seed: int) -> List[Tensor]:
    none = torch.empty([0])
    run = Pass(block, seed, saved[2:])
    dh = self.linear_back(dc, torch.silu(saved[1]), none, run, 1, True)
    self.linear_back(torch.silu_backward(dh, saved[1]), saved[0], none, run, 0, False)
    return [none]

  # Whether anything about linear i of a block is trained.
  def trains(self, block: Block, i: int) -> bool:
    gw = block.weight_gradients[2 * i].numel() > 0
    return self.learns(block, i) or gw or block.weight_gradients[2 * i + 1].numel() > 0
