# Frozen weights that are held as codes and scales. Where a block has any, five places for each of its linears, held so
# or not, follow the last bias in the list of a block's weights:
#   NF4    codes [in·out / 4] int16 or, the last block being short, [in·out / 2] uint8;
#          scales [blocks], outer [groups], nested [257], table [65536, 4], like [out, in, 0]
#   int8   codes [out, in] int8; scales [out], –, –, –, like [out, in, 0]
# `like` has the format to compute in. Only the functions of this file look into them.

from typing import List

import torch
from torch import Tensor
from torch.jit import annotate


class Kernels:
  # Where the places of linear i begin.
  def held_at(self, weights: List[Tensor], i: int) -> int:
    return 2 * (len(weights) // 7) + 5 * i

  # The frozen or trained weight of linear i: [out, in], of a convolution [out, in, kh, kw]. Nothing else reads it. What
  # is unpacked lives as long as its caller holds it, one layer at a time.
  def weight(self, weights: List[Tensor], i: int) -> Tensor:
    w = weights[2 * i]
    if torch.is_floating_point(w):
      return w
    at = self.held_at(weights, i)
    if w.dtype == torch.int8:
      return self.int8_weight(w, weights[at], weights[at + 4])
    scales, outer, nested, table, like = weights[at:at + 5]
    return self.nf4_weight(w, scales, outer, nested, table, like)

  # An array of that weight's format whose first axes are the weight's.
  def weight_like(self, weights: List[Tensor], i: int) -> Tensor:
    w = weights[2 * i]
    if torch.is_floating_point(w):
      return w
    return weights[self.held_at(weights, i) + 4]

  # The weight of a list of one linear.
  def unpacked(self, weights: List[Tensor]) -> List[Tensor]:
    return [self.weight(weights, 0)]

  # The scales of the blocks in float32.
  def nf4_scales(self, scales: Tensor, outer: Tensor, nested: Tensor) -> Tensor:
    if scales.dtype == torch.float32:
      return scales
    wide = outer.repeat_interleave(256)[:scales.size(0)]
    return nested[:256].index_select(0, scales.to(torch.int32)).mul_(wide).add_(nested[256])

  # The levels that codes stand for, one after the other, in float32.
  def nf4_levels(self, codes: Tensor, table: Tensor) -> Tensor:
    if codes.dtype == torch.int16:
      return table.index_select(0, codes.to(torch.int32).add_(32768)).view([-1])
    pairs = table[32768:33024, :2].contiguous()
    return pairs.index_select(0, codes.to(torch.int32)).view([-1])

  # Piece by piece, so that the float32 values on the way stay in the cache; rounded once.
  def nf4_weight(
      self, codes: Tensor, scales: Tensor, outer: Tensor, nested: Tensor, table: Tensor, like: Tensor
  ) -> Tensor:
    made = torch.empty(like.size()[:-1], dtype=like.dtype, device=codes.device)
    wide = self.nf4_scales(scales, outer, nested)
    count = made.numel()
    if count % 64 > 0:
      levels = self.nf4_levels(codes, table)[:count]
      made.view([-1]).copy_(levels.mul_(wide.repeat_interleave(64)[:count]))
      return made
    blocks = made.view([-1, 64])
    step = 4096
    for piece in range((blocks.size(0) + step - 1) // step):
      start = piece * step
      end = min(start + step, blocks.size(0))
      levels = self.nf4_levels(codes[16 * start:16 * end], table).view([-1, 64])
      torch.mul(levels, wide[start:end].unsqueeze(1), out=blocks[start:end])
    return made

  def int8_weight(self, codes: Tensor, scales: Tensor, like: Tensor) -> Tensor:
    made = torch.empty(like.size()[:-1], dtype=like.dtype, device=codes.device)
    rows = made.flatten(1)
    whole = codes.flatten(1)
    wide = (scales / 127.0).unsqueeze(1)
    step = max(1, 262144 // rows.size(1))
    for piece in range((rows.size(0) + step - 1) // step):
      start = piece * step
      end = min(start + step, rows.size(0))
      torch.mul(whole[start:end], wide[start:end], out=rows[start:end])
    return made

  # For each of the 65536 values of four codes, from the smallest int16 up, the levels they stand for: the first in the
  # upper half of the lower byte.
  def nf4_table(self, levels: Tensor) -> List[Tensor]:
    pairs = torch.stack([levels.repeat_interleave(16), levels.repeat([16])], 1)  # [256, 2]
    fours = torch.cat([pairs.repeat([256, 1]), pairs.repeat_interleave(256, 0)], 1)
    return [torch.roll(fours, [32768], [0])]

  # The 256 levels of blocks' largest values: seven decades, finer towards one, as bitsandbytes lays them (Dettmers et
  # al. 2022, arXiv:2110.02861).
  def dynamic_levels(self) -> List[Tensor]:
    levels = [torch.zeros([1]), torch.ones([1])]
    places = 1
    size = 1.0e-06
    for decade in range(7):
      edges = torch.linspace(0.1, 1.0, places + 1)
      middles = ((edges[:-1] + edges[1:]) * size) / 2.0
      levels.append(middles)
      levels.append(-middles)
      places = places * 2
      size = 10.0 ** float(decade - 5)
    ordered, places_of = torch.sort(torch.cat(levels, 0))
    return [ordered]

  # x [n] as rows of so many entries; what the last lacks is zero.
  def in_blocks(self, x: Tensor, size: int) -> Tensor:
    rest = x.size(0) % size
    if rest > 0:
      x = torch.constant_pad_nd(x, [0, size - rest], 0)
    return x.view([-1, size])

  # Blocks [n, size] over their largest values [n]; a block of zeros stays zero. The least number is the smallest that
  # float32 has.
  def over_largest(self, blocks: Tensor, largest: Tensor) -> Tensor:
    return blocks / largest.clamp_min(1.401298464324817e-45).unsqueeze(1)

  # Codes int32 of the levels nearest to x; a value in the middle takes the lower one.
  def nearest(self, x: Tensor, levels: Tensor) -> Tensor:
    return torch.bucketize(x, (levels[:-1] + levels[1:]) / 2.0, out_int32=True, right=False)

  # The same for the levels of NF4 and x from -1 to 1, three times as fast: a cell of 1/2048 holds one middle at most,
  # so that the code is that of the cell's lower end or the next. No middle is as near to a cell's end as x is rounded.
  def nf4_nearest(self, x: Tensor, levels: Tensor) -> Tensor:
    middles = torch.cat([(levels[:-1] + levels[1:]) / 2.0, torch.full([1], 2.0)], 0)
    low = torch.bucketize(torch.arange(4097, dtype=torch.float32) / 2048.0 - 1.0, middles, out_int32=True, right=False)
    next = middles.index_select(0, low)
    cell = (x * 2048.0).add_(2048.0).to(torch.int32).view([-1])
    code = low.to(torch.uint8).index_select(0, cell)
    return code.add_(x.reshape([-1]) > next.index_select(0, cell))

  # [blocks]: the largest absolute value of each 64 entries of the flattened weight.
  def nf4_largest(self, w: Tensor) -> List[Tensor]:
    flat = w.reshape([-1])
    largest = annotate(List[Tensor], [])
    for piece in range((flat.size(0) + 1048575) // 1048576):
      part = flat[1048576 * piece:1048576 * (piece + 1)].to(torch.float32)
      largest.append(self.in_blocks(part, 64).abs().amax([1], False))
    return [torch.cat(largest, 0)]

  # [codes uint8, outer, offset [1]]: scales in 8 bits, in blocks of 256, less their mean.
  def nf4_nested(self, largest: Tensor, levels: Tensor) -> List[Tensor]:
    offset = largest.mean()
    blocks = self.in_blocks(largest - offset, 256)
    outer = blocks.abs().amax([1], False)
    codes = self.nearest(self.over_largest(blocks, outer), levels).view([-1])[:largest.size(0)]
    return [codes.to(torch.uint8).contiguous(), outer, offset.view([1])]

  # [codes uint8] of the blocks from `start` to `end`, two levels a byte, the first in the upper half.
  def nf4_codes(self, w: Tensor, largest: Tensor, levels: Tensor, start: int, end: int) -> List[Tensor]:
    flat = w.reshape([-1])[64 * start:64 * end].to(torch.float32)
    scaled = self.over_largest(self.in_blocks(flat, 64), largest[start:end])
    codes = self.nf4_nearest(scaled, levels)[:flat.size(0)]
    if codes.size(0) % 2 > 0:
      codes = torch.constant_pad_nd(codes, [0, 1], 0)
    pairs = codes.view([-1, 2])
    return [pairs[:, 0] * 16 + pairs[:, 1]]

  # [out]: the largest absolute value of each row.
  def int8_largest(self, w: Tensor) -> List[Tensor]:
    return [w.flatten(1).abs().amax([1], False).to(torch.float32)]

  # [codes int8] of the rows from `start` to `end`, flattened.
  def int8_codes(self, w: Tensor, largest: Tensor, start: int, end: int) -> List[Tensor]:
    scaled = self.over_largest(w.flatten(1)[start:end].to(torch.float32), largest[start:end])
    return [torch.round(scaled.mul_(127.0)).to(torch.int8).view([-1])]
