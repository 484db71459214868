# Changes of a weight that are no low-rank pair. Matrices are [out, in], a convolution's [out, channels·kh·kw].

from typing import List

import torch
from torch import Tensor


class Kernels:
  # ---- LoHa (Hyeon-Woo et al. 2022, arXiv:2108.06098): ΔW = (a₁·b₁) ⊙ (a₂·b₂), with outer = (a₁, a₂) [2, out, r] and
  # inner = (b₁, b₂) [2, r, in].

  # Both products, halves [2, out, in]: what ΔW and its factors' gradients are made of.
  def hadamard_halves(self, outer: Tensor, inner: Tensor) -> Tensor:
    return torch.bmm(outer, inner)

  def hadamard_change(self, halves: Tensor) -> Tensor:
    return halves[0] * halves[1]

  # W + ΔW
  def hadamard_added(self, w: Tensor, halves: Tensor) -> Tensor:
    return torch.addcmul(w, halves[0].view(w.size()), halves[1].view(w.size()))

  # Adds the gradients of both factors, from that of ΔW; the halves are written over.
  def hadamard_back(
      self, d: Tensor, halves: Tensor, outer: Tensor, inner: Tensor, gouter: Tensor, ginner: Tensor
  ) -> bool:
    first = halves[1].mul_(d)
    second = halves[0].mul_(d)
    self.accumulate(gouter[0], first, inner[0].t())
    self.accumulate(ginner[0], outer[0].t(), first)
    self.accumulate(gouter[1], second, inner[1].t())
    self.accumulate(ginner[1], outer[1].t(), second)
    return True

  # Folding a₁, a₂ [layers, out, r] and b₁, b₂ [layers, r, in] of many layers at once, with the scale in a₁.
  def hadamard_fold(
      self, a1: Tensor, b1: Tensor, a2: Tensor, b2: Tensor, scale: float, outer: Tensor, inner: Tensor
  ) -> List[Tensor]:
    outer.select(1, 0).copy_(a1 * scale)
    outer.select(1, 1).copy_(a2)
    inner.select(1, 0).copy_(b1)
    inner.select(1, 1).copy_(b2)
    return [outer, inner]

  # Adds the gradients of a₁, b₁, a₂, b₂, from those of outer and inner.
  def hadamard_pull_back(
      self, douter: Tensor, dinner: Tensor, scale: float, factors: List[Tensor], gradients: List[Tensor]
  ) -> List[Tensor]:
    gradients[0].add_(douter.select(1, 0), alpha=scale)
    gradients[1].add_(dinner.select(1, 0))
    gradients[2].add_(douter.select(1, 1))
    gradients[3].add_(dinner.select(1, 1))
    return gradients

  # The same ΔW as one pair of rank r²: the Khatri-Rao products of the outer and of the inner factors, written into up
  # [layers, out, r²] and down [layers, r², in].
  def hadamard_pair(
      self, a1: Tensor, b1: Tensor, a2: Tensor, b2: Tensor, scale: float, up: Tensor, down: Tensor
  ) -> List[Tensor]:
    up.copy_((a1.unsqueeze(3) * a2.unsqueeze(2)).flatten(2).mul_(scale))
    down.copy_((b1.unsqueeze(2) * b2.unsqueeze(1)).flatten(1, 2))
    return [up, down]

  # Adds the gradients of a₁, b₁, a₂, b₂, from those of up and down.
  def hadamard_pair_back(
      self, dup: Tensor, ddown: Tensor, scale: float, factors: List[Tensor], gradients: List[Tensor]
  ) -> List[Tensor]:
    a1, b1, a2, b2 = factors
    d = dup.view([a1.size(0), a1.size(1), a1.size(2), -1])  # [layers, out, r, r]
    gradients[0].add_((d * a2.unsqueeze(2)).sum(3), alpha=scale)
    gradients[2].add_((d * a1.unsqueeze(3)).sum(2), alpha=scale)
    d = ddown.view([b1.size(0), b1.size(1), -1, b1.size(2)])  # [layers, r, r, in]
    gradients[1].add_((d * b2.unsqueeze(1)).sum(2))
    gradients[3].add_((d * b1.unsqueeze(2)).sum(1))
    return gradients

  # ---- LoKr (Yeh et al. 2023, arXiv:2309.14859): ΔW = small ⊗ large, small [l, m] and large [k, n], which is a·b with
  # a [k, r] and b [r, n], or with a empty b itself. The output is (l, k), the input (m, n).

  def kronecker_large(self, a: Tensor, b: Tensor) -> Tensor:
    if a.numel() > 0:
      return torch.mm(a, b)
    return b

  def kronecker_change(self, small: Tensor, a: Tensor, b: Tensor) -> Tensor:
    return torch.kron(small, self.kronecker_large(a, b))

  # W + ΔW, in one pass over W
  def kronecker_added(self, w: Tensor, small: Tensor, a: Tensor, b: Tensor) -> Tensor:
    large = self.kronecker_large(a, b)
    l, m = small.size()
    k, n = large.size()
    return torch.addcmul(w.view([l, k, m, n]), small.view([l, 1, m, 1]), large.view([1, k, 1, n])).view(w.size())

  # Multiplications that kronecker_plus takes.
  def kronecker_work(self, rows: int, small: Tensor, b: Tensor, out: int) -> int:
    l, m = small.size()
    return rows * m * (out // l) * (b.size(1) + l)

  # x·largeᵀ for every of the m stretches of x [rows, in]: [rows, m, k]
  def kronecker_half(self, x: Tensor, small: Tensor, a: Tensor, b: Tensor) -> Tensor:
    h = torch.mm(x.reshape([-1, b.size(1)]), b.t())
    if a.numel() > 0:
      h = torch.mm(h, a.t())
    return h.view([x.size(0), small.size(1), -1])

  # y [rows, out] += ΔW·x for rows x [rows, in], by two small products and never a large one; written over.
  def kronecker_plus(self, y: Tensor, x: Tensor, small: Tensor, a: Tensor, b: Tensor) -> Tensor:
    h = self.kronecker_half(x, small, a, b)
    l, m = small.size()
    y.view([-1, l, h.size(2)]).baddbmm_(small.unsqueeze(0).expand([x.size(0), l, m]), h)
    return y

  # Adds the gradients of the factors where gsmall has entries, and returns that of rows x, added to dx where it has
  # entries: those of kronecker_plus, again by small products.
  def kronecker_rows_back(
      self, dy: Tensor, x: Tensor, dx: Tensor, places: List[Tensor], gradients: List[Tensor], need: bool
  ) -> Tensor:
    small, a, b = places[0], places[1], places[2]
    gsmall, ga, gb = gradients[0], gradients[1], gradients[2]
    rows = x.size(0)
    parts = dy.reshape([rows, small.size(0), -1])  # [rows, l, k]
    dh = torch.matmul(small.t(), parts).flatten(0, 1)  # [rows·m, k]
    if gsmall.numel() > 0:
      h = self.kronecker_half(x, small, a, b)  # [rows, m, k]
      gsmall.add_(torch.bmm(parts, h.transpose(1, 2)).sum(0))
    if a.numel() > 0:
      if gsmall.numel() > 0:
        self.accumulate(ga, dh.t(), torch.mm(x.reshape([-1, b.size(1)]), b.t()))
      dh = torch.mm(dh, a)  # [rows·m, r]
    if gsmall.numel() > 0:
      self.accumulate(gb, dh.t(), x.reshape([-1, b.size(1)]))
    if need:
      own = torch.mm(dh, b).view([rows, -1])
      if dx.numel() > 0:
        return dx.add_(own)
      return own
    return dx

  # Adds the gradients of the factors, from that of ΔW.
  def kronecker_back(
      self, d: Tensor, small: Tensor, a: Tensor, b: Tensor, gsmall: Tensor, ga: Tensor, gb: Tensor
  ) -> bool:
    large = self.kronecker_large(a, b)
    l, m = small.size()
    k, n = large.size()
    parts = d.view([l, k, m, n]).transpose(1, 2).reshape([l * m, k * n])
    gsmall.add_(torch.mv(parts, large.flatten()).view([l, m]))
    dlarge = torch.mv(parts.t(), small.flatten()).view([k, n])
    if a.numel() > 0:
      self.accumulate(ga, dlarge, b.t())
      self.accumulate(gb, a.t(), dlarge)
    else:
      gb.add_(dlarge)
    return True

  # into [layers, l, m] = scale·a·b for a small factor that is a product, of many layers at once.
  def kronecker_fold(self, a: Tensor, b: Tensor, scale: float, into: Tensor) -> List[Tensor]:
    into.copy_(torch.bmm(a, b).mul_(scale))
    return [into]

  # Adds the gradients of a and b, from that of scale·a·b.
  def kronecker_pull_back(self, d: Tensor, a: Tensor, b: Tensor, scale: float, ga: Tensor, gb: Tensor) -> List[Tensor]:
    ga.baddbmm_(d, b.transpose(1, 2), alpha=scale)
    gb.baddbmm_(a.transpose(1, 2), d, alpha=scale)
    return [ga, gb]
