# A mixture of low-rank experts (Shazeer et al. 2017, arXiv:1701.06538, with the experts of Hu et al. 2021,
# arXiv:2106.09685): ΔW(x)·x = Σ gₑ·upₑ·downₑ·x, where g is the softmax over the `count` largest of router·x and zero
# elsewhere. down [e, r, in], up [e, out, r], router [e, in]; the scale is in down.

from typing import List

import torch
from torch import Tensor


class Kernels:
  # The gate of every expert for rows x [n, in], in float32: [n, e]
  def gates(self, x: Tensor, router: Tensor, count: int) -> Tensor:
    scores = torch.mm(x, router.t()).to(torch.float32)
    best, chosen = torch.topk(scores, count, -1, True, True)
    return torch.zeros_like(scores).scatter_(1, chosen, torch.softmax(best, -1))

  # The rows that take part in expert e. Without entries: all do, when `every` says so, else none.
  def rows_of(self, gates: Tensor, e: int, every: bool) -> Tensor:
    if every:
      return torch.empty([0], dtype=torch.int64, device=gates.device)
    return torch.nonzero(gates[:, e]).flatten()

  def taken(self, x: Tensor, rows: Tensor) -> Tensor:
    if rows.numel() == 0:
      return x
    return x.index_select(0, rows)

  # into += part, where part has only these rows
  def returned(self, into: Tensor, part: Tensor, rows: Tensor) -> Tensor:
    if rows.numel() == 0:
      return into.add_(part)
    return into.index_add_(0, rows, part)

  # y [n, out] += ΔW(x)·x, written over: each expert works on the rows that chose it.
  def experts_plus(
      self, y: Tensor, x: Tensor, down: Tensor, up: Tensor, router: Tensor, count: int
  ) -> Tensor:
    gates = self.gates(x, router, count)
    every = count == down.size(0)
    for e in range(down.size(0)):
      rows = self.rows_of(gates, e, every)
      if every or rows.numel() > 0:
        h = torch.mm(self.taken(x, rows), down[e].t())  # [rows, r]
        h.mul_(self.taken(gates[:, e], rows).unsqueeze(1).to(h.dtype))
        y = self.returned(y, torch.mm(h, up[e].t()), rows)
    return y

  # Adds the gradients of down, up and router where the experts are trained, and returns that of x, added to dx where it
  # has entries. Of a gate it is ⟨upᵀ·dy, down·x⟩, and goes through the softmax of the chosen.
  def experts_back(
      self, dy: Tensor, x: Tensor, dx: Tensor, places: List[Tensor], gradients: List[Tensor], need: bool
  ) -> Tensor:
    down, up, router, top = places
    gdown, gup, grouter = gradients[0], gradients[1], gradients[2]
    count = top.size(0)
    gates = self.gates(x, router, count)
    dgates = torch.zeros_like(gates)
    every = count == down.size(0)
    learns = gdown.numel() > 0
    if need and dx.numel() == 0:
      dx = torch.zeros_like(x)
    for e in range(down.size(0)):
      rows = self.rows_of(gates, e, every)
      if every or rows.numel() > 0:
        seen = self.taken(x, rows)
        dys = self.taken(dy, rows)
        gate = self.taken(gates[:, e], rows).unsqueeze(1).to(x.dtype)
        h = torch.mm(seen, down[e].t())  # [rows, r]
        dh = torch.mm(dys, up[e])
        dgate = (dh.to(torch.float32) * h).sum(1)
        if every:
          dgates[:, e].copy_(dgate)
        else:
          dgates[:, e].index_copy_(0, rows, dgate)
        dh.mul_(gate)
        if learns:
          self.accumulate(gup[e], dys.t(), h.mul_(gate))
          self.accumulate(gdown[e], dh.t(), seen)
        if need:
          dx = self.returned(dx, torch.mm(dh, down[e]), rows)
    dscores = dgates.sub_((gates * dgates).sum(1, True)).mul_(gates).to(x.dtype)
    if learns:
      self.accumulate(grouter, dscores.t(), x)
    if need:
      dx.addmm_(dscores, router)
    return dx
