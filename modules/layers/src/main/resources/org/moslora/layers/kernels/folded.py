# What adapters add to a layer. Linear i has four places in a block's `adapters`, and its gradients the same four in
# `adapter_gradients`:
#   low rank   down [r, in], up [out, r], –, gain
#   Kronecker  small [l, m], a [k, r], b [r, n] or, with a empty, [k, n], gain
#   Hadamard   outer [2, out, r], inner [2, r, in], –, gain
#   dense      change [out, in], –, –, gain
#   routed     down [e, r, in], up [e, out, r], router [e, in], an array [experts that count, 0]
# Scales are inside. A convolution has in = channels·kh·kw. The gain [out] is on the layer's whole output before its
# bias; without entries it is 1. Only the functions of this file look into the two lists.

from typing import List

import torch
from blocks import Block
from torch import Tensor


class Kernels:
  def adapted(self, block: Block, i: int) -> bool:
    return block.adapters[4 * i].numel() > 0

  def gained(self, block: Block, i: int) -> bool:
    return block.adapters[4 * i + 3].numel() > 0

  def gain(self, block: Block, i: int) -> Tensor:
    return block.adapters[4 * i + 3]

  def gain_gradient(self, block: Block, i: int) -> Tensor:
    return block.adapter_gradients[4 * i + 3]

  # Whether adapter i is trained.
  def learns(self, block: Block, i: int) -> bool:
    return block.adapter_gradients[4 * i].numel() > 0

  # Which of the forms adapter i has.
  def form(self, block: Block, i: int) -> str:
    first = block.adapters[4 * i]
    third = block.adapters[4 * i + 2].numel() > 0
    if first.dim() == 3:
      return "routed" if third else "hadamard"
    if third:
      return "kronecker"
    if first.numel() > 0 and block.adapters[4 * i + 1].numel() == 0:
      return "dense"
    return "pair"

  # What a backward pass needs twice of a Hadamard change, and makes once; of other forms an array without entries.
  def halves(self, block: Block, i: int) -> Tensor:
    if self.form(block, i) == "hadamard":
      return self.hadamard_halves(block.adapters[4 * i], block.adapters[4 * i + 1])
    return torch.empty([0])

  # ΔW [out, in] of the forms that are no pair and not routed.
  def change(self, halves: Tensor, block: Block, i: int) -> Tensor:
    places = block.adapters[4 * i:4 * i + 4]
    form = self.form(block, i)
    if form == "hadamard":
      return self.hadamard_change(halves)
    if form == "kronecker":
      return self.kronecker_change(places[0], places[1], places[2])
    return places[0]

  # Adds the gradients of those forms' factors, from that of ΔW; the halves are written over.
  def factors_back(self, d: Tensor, halves: Tensor, block: Block, i: int) -> bool:
    places = block.adapters[4 * i:4 * i + 4]
    gradients = block.adapter_gradients[4 * i:4 * i + 4]
    form = self.form(block, i)
    if form == "hadamard":
      self.hadamard_back(d, halves, places[0], places[1], gradients[0], gradients[1])
    elif form == "kronecker":
      self.kronecker_back(d, places[0], places[1], places[2], gradients[0], gradients[1], gradients[2])
    else:
      gradients[0].add_(d)
    return True

  # Whether the layer is cheaper with W + ΔW made first, for so many rows: then the change costs one pass over the
  # weight and no product. It needs float32, in which a small change of a large weight is not lost, and no dropout.
  def joins(self, w: Tensor, rows: int, block: Block, i: int) -> bool:
    form = self.form(block, i)
    if form == "pair" or form == "routed" or block.dropout > 0.0 or w.dtype != torch.float32:
      return False
    if form == "kronecker" and w.size(-1) > 1 and w.dim() == 2:
      small, b = block.adapters[4 * i], block.adapters[4 * i + 2]
      return self.kronecker_work(rows, small, b, w.size(0)) > 16 * w.numel()
    return True

  # W + ΔW
  def joined(self, w: Tensor, halves: Tensor, block: Block, i: int) -> Tensor:
    places = block.adapters[4 * i:4 * i + 4]
    form = self.form(block, i)
    if form == "hadamard":
      return self.hadamard_added(w, halves)
    if form == "kronecker":
      return self.kronecker_added(w, places[0], places[1], places[2])
    return w + places[0].view(w.size())

  # y [n, out] += ΔW·x for rows x [n, in], written over.
  def plus_change(self, y: Tensor, x: Tensor, block: Block, i: int) -> Tensor:
    places = block.adapters[4 * i:4 * i + 4]
    form = self.form(block, i)
    if form == "routed":
      return self.experts_plus(y, x, places[0], places[1], places[2], places[3].size(0))
    if form == "kronecker":
      return self.kronecker_plus(y, x, places[0], places[1], places[2])
    if form != "pair":
      return y.addmm_(x, self.change(self.halves(block, i), block, i).t())
    h = torch.mm(x, places[0].t())  # [n, r]
    return y.addmm_(h, places[1].t())

  # Adds the gradients of adapter i where it is trained, and returns that of x, added to dx where it has entries; the
  # halves are written over.
  def change_back(
      self, dy: Tensor, x: Tensor, dx: Tensor, halves: Tensor, block: Block, i: int, need: bool
  ) -> Tensor:
    places = block.adapters[4 * i:4 * i + 4]
    gradients = block.adapter_gradients[4 * i:4 * i + 4]
    form = self.form(block, i)
    if form == "routed":
      return self.experts_back(dy, x, dx, places, gradients, need)
    if form == "kronecker":
      return self.kronecker_rows_back(dy, x, dx, places, gradients, need)
    if form != "pair":
      if need:
        dx = self.plus_product(dx, dy, self.change(halves, block, i))
      if self.learns(block, i):
        self.factors_back(torch.mm(dy.t(), x), halves, block, i)
      return dx
    down = places[0]
    dh = torch.mm(dy, places[1])  # [n, r]
    if self.learns(block, i):
      self.accumulate(gradients[1], dy.t(), torch.mm(x, down.t()))
      self.accumulate(gradients[0], dh.t(), x)
    if need:
      dx = self.plus_product(dx, dh, down)
    return dx

  # x [n, hidden] += the rows `ids` of what the pair of adapter i adds to a table, written over.
  def plus_rows(self, x: Tensor, ids: Tensor, block: Block, i: int) -> Tensor:
    down, up = block.adapters[4 * i], block.adapters[4 * i + 1]
    return x.addmm_(down.index_select(1, ids).t(), up.t())

  # Adds the gradients of that pair.
  def rows_back(self, dx: Tensor, ids: Tensor, block: Block, i: int) -> bool:
    down, up = block.adapters[4 * i], block.adapters[4 * i + 1]
    gdown, gup = block.adapter_gradients[4 * i], block.adapter_gradients[4 * i + 1]
    gdown.index_add_(1, ids, torch.mm(up.t(), dx.t()).to(torch.float32))
    return self.accumulate(gup, dx.t(), down.index_select(1, ids).t())

  # left·right, added to `into` where it has entries.
  def plus_product(self, into: Tensor, left: Tensor, right: Tensor) -> Tensor:
    if into.numel() > 0:
      return into.addmm_(left, right)
    return torch.mm(left, right)

  # up·h for pictures h [B, r, height, width]
  def pointwise(self, up: Tensor, h: Tensor) -> Tensor:
    return torch.matmul(up, h.flatten(2)).view([h.size(0), up.size(0), h.size(2), h.size(3)])

  # y += ΔW ∗ x for pictures, written over; `size` is the weight's [out, in, kh, kw]. Of low rank it is a convolution
  # with down, with the layer's own stride and padding, then a 1×1 convolution with up.
  def plus_picture_change(
      self, y: Tensor, x: Tensor, block: Block, i: int, size: List[int], stride: int, padding: int
  ) -> Tensor:
    places = block.adapters[4 * i:4 * i + 4]
    if self.form(block, i) != "pair":
      change = self.change(self.halves(block, i), block, i).view(size)
      return y.add_(torch.conv2d(x, change, None, [stride, stride], [padding, padding]))
    kernel = places[0].view([-1, size[1], size[2], size[3]])
    h = torch.conv2d(x, kernel, None, [stride, stride], [padding, padding])
    return y.add_(self.pointwise(places[1], h))

  # As change_back; the gradient of x is added to nothing.
  def picture_change_back(
      self, dy: Tensor, x: Tensor, block: Block, i: int, size: List[int], stride: int, padding: int, need: bool
  ) -> Tensor:
    places = block.adapters[4 * i:4 * i + 4]
    gradients = block.adapter_gradients[4 * i:4 * i + 4]
    learns = self.learns(block, i)
    if self.form(block, i) != "pair":
      halves = self.halves(block, i)
      change = self.change(halves, block, i).view(size)
      own, dw = self.convolution_back(dy, x, change, stride, padding, need, learns)
      if learns:
        self.factors_back(dw.flatten(1), halves, block, i)
      return own
    kernel = places[0].view([-1, size[1], size[2], size[3]])
    dh = self.pointwise(places[1].t(), dy)  # [B, r, height, width]
    if learns:
      h = torch.conv2d(x, kernel, None, [stride, stride], [padding, padding])
      self.accumulate(gradients[1], self.by_channel(dy), self.by_channel(h).t())
    own, dw = self.convolution_back(dh, x, kernel, stride, padding, need, learns)
    if learns:
      gradients[0].add_(dw.reshape(gradients[0].size()))
    return own
