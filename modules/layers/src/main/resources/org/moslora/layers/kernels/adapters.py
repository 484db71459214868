# Adapters of any form as changes of a weight. Matrices are [out, in], a convolution's [out, in·kh·kw].

from typing import List

import torch
from torch import Tensor


class Kernels:
  # The pair of three factors: (scale·mixer·core·down [r, in·kh·kw], up [out, r]); mixer, [r, r] or a diagonal [r, 1],
  # and core [r, r, kh, kw] may be without entries. The core stands between two pointwise factors, as in LoCon's Tucker
  # form.
  def pair(self, down: Tensor, mixer: Tensor, core: Tensor, up: Tensor, scale: float) -> List[Tensor]:
    d = down.flatten(1)
    if core.numel() > 0:
      d = torch.einsum("mnkl,ni->mikl", [core, d]).flatten(1)
    if mixer.numel() > 0:
      d = mixer * d if mixer.size(1) == 1 else torch.matmul(mixer, d)
    return [d * scale, up.flatten(1)]

  def product_of(self, left: Tensor, right: Tensor, scale: float) -> List[Tensor]:
    return [torch.mm(left.flatten(1), right.flatten(1)) * scale]

  # Σ core[i, j]·left[i, out]·right[j, in] at every place of the kernel.
  def tucker(self, core: Tensor, left: Tensor, right: Tensor) -> List[Tensor]:
    return [torch.einsum("ijkl,ip,jr->prkl", [core, left, right]).flatten(1)]

  def hadamard(self, x: Tensor, y: Tensor, scale: float) -> List[Tensor]:
    return [x * y * scale]

  def kronecker(self, x: Tensor, y: Tensor, scale: float) -> List[Tensor]:
    return [torch.kron(x, y.flatten(1)) * scale]

  # (a·b) ⊙ (c·d) as one pair of rank r²: the Khatri-Rao products of the outer and of the inner factors.
  def khatri_rao(self, a: Tensor, b: Tensor, c: Tensor, d: Tensor, scale: float) -> List[Tensor]:
    up = (a.unsqueeze(2) * c.unsqueeze(1)).flatten(1)
    down = (b.unsqueeze(1) * d.unsqueeze(0)).flatten(0, 1)
    return [down * scale, up]

  # (up1·down1) ⊗ (up2·down2) as one pair, of the product of both ranks.
  def kronecker_pair(self, down1: Tensor, up1: Tensor, down2: Tensor, up2: Tensor, scale: float) -> List[Tensor]:
    return [torch.kron(down1, down2) * scale, torch.kron(up1, up2)]

  # A matrix as (down, up) of the rank of its smaller side.
  def whole_pair(self, x: Tensor) -> List[Tensor]:
    m = x.flatten(1)
    eye = torch.eye(min(m.size(0), m.size(1)), dtype=m.dtype, device=m.device)
    if m.size(1) <= m.size(0):
      return [eye, m]
    return [m, eye]

  # weight + change, in float32.
  def changed(self, weight: Tensor, change: Tensor) -> List[Tensor]:
    return [weight.to(torch.float32) + change.view(weight.size())]

  # m·(W + ΔW)/‖W + ΔW‖, the norm of every output's row or of every input channel.
  def decomposed(self, weight: Tensor, change: Tensor, magnitude: Tensor, by_input: bool) -> List[Tensor]:
    whole = (weight.to(torch.float32) + change.view(weight.size())).view([weight.size(0), -1])
    m = magnitude.reshape([-1])
    if by_input:
      parts = whole.view([whole.size(0), m.numel(), -1])
      norm = torch.linalg_vector_norm(parts, 2, [0, 2], False).clamp_min(1e-30)
      return [(parts * (m / norm).view([1, -1, 1])).view(weight.size())]
    norm = torch.linalg_vector_norm(whole, 2, [1], False).clamp_min(1e-30)
    return [(whole * (m / norm).unsqueeze(1)).view(weight.size())]

  # sum + factor·(target − weight)
  def moved(self, sum: Tensor, target: Tensor, weight: Tensor, factor: float) -> List[Tensor]:
    return [sum + (target - weight.to(torch.float32)) * factor]

  # ---- What PEFT leaves of a weight when it makes or loads an adapter; and how clearly the weight tells that, as
  # float64.

  # PiSSA: W − scale·b·a, the pair from the greatest singular values; told by the gap to the next one. Written as
  # PEFT does.
  def without_principal(self, weight: Tensor, rank: int, scale: float) -> List[Tensor]:
    w = weight.to(torch.float32)
    v, s, u = torch.linalg_svd(w, False)
    apart = 1.0
    if rank < s.size(0):
      if float(s[rank - 1]) > float(s[0]) * 1e-6:
        apart = (float(s[rank - 1]) - float(s[rank])) / float(s[0])
    root = torch.diag(torch.sqrt(s[:rank] / scale))
    a = torch.mm(root, u[:rank])
    b = torch.mm(v[:, :rank], root)
    return [w - torch.mm(b * scale, a), torch.full([1], apart, dtype=torch.float64)]

  # OLoRA: W − scale·q·r of the first columns of q and rows of r; told by how far these columns are from dependent.
  def without_leading(self, weight: Tensor, rank: int, scale: float) -> List[Tensor]:
    w = weight.to(torch.float32)
    q, r = torch.linalg_qr(w, "reduced")
    sizes = torch.diag(r)[:rank].abs()
    apart = float(sizes.min()) / max(float(sizes.max()), 1e-30)
    return [w - torch.mm(q[:, :rank] * scale, r[:rank]), torch.full([1], apart, dtype=torch.float64)]

  # ---- The nearest matrix of low rank: at most `rank`, or any for 0, and no more than it takes to keep a share
  # `energy` of the sum of all squared singular values. Each gives (down [k, in], up [out, k], (dropped, total) as
  # float64).

  # How many of the falling singular values s stay.
  def kept_rank(self, s: Tensor, rank: int, energy: float) -> int:
    sums = torch.cumsum(s * s, 0)
    k = int(torch.sum(sums < sums[-1] * energy)) + 1
    if rank > 0:
      k = min(k, rank)
    return min(k, s.size(0))

  # From the first k singular vectors and all singular values.
  def nearest_of(self, u: Tensor, s: Tensor, v: Tensor, k: int) -> List[Tensor]:
    root = s[:k].sqrt()
    squares = s * s
    energies = torch.stack([torch.sum(squares[k:]), torch.sum(squares)], 0)
    return [(root.unsqueeze(1) * v).to(torch.float32).contiguous(), (u * root).to(torch.float32).contiguous(), energies]

  def nearest_to_matrix(self, x: Tensor, rank: int, energy: float) -> List[Tensor]:
    u, s, v = torch.linalg_svd(x.flatten(1), False)
    s = s.to(torch.float64)
    k = self.kept_rank(s, rank, energy)
    return self.nearest_of(u[:, :k].to(torch.float64), s, v[:k].to(torch.float64), k)

  def nearest_to_pair(self, down: Tensor, up: Tensor, rank: int, energy: float) -> List[Tensor]:
    left, upper = torch.linalg_qr(up.to(torch.float64), "reduced")
    right, lower = torch.linalg_qr(down.to(torch.float64).t(), "reduced")
    u, s, v = torch.linalg_svd(torch.mm(upper, lower.t()), False)
    k = self.kept_rank(s, rank, energy)
    return self.nearest_of(torch.mm(left, u[:, :k]), s, torch.mm(v[:k], right.t()), k)

  def nearest_to_kronecker(self, x: Tensor, y: Tensor, scale: float, rank: int, energy: float) -> List[Tensor]:
    ux, sx, vx = torch.linalg_svd(x.to(torch.float64), False)
    uy, sy, vy = torch.linalg_svd(y.flatten(1).to(torch.float64), False)
    s, order = torch.sort((sx.unsqueeze(1) * sy).flatten(0) * abs(scale), 0, True)
    k = self.kept_rank(s, rank, energy)
    i = torch.floor_divide(order[:k], sy.size(0))
    j = torch.remainder(order[:k], sy.size(0))
    u = (ux.index_select(1, i).unsqueeze(1) * uy.index_select(1, j)).flatten(0, 1)
    v = (vx.index_select(0, i).unsqueeze(2) * vy.index_select(0, j).unsqueeze(1)).flatten(1)
    if scale < 0.0:
      u = u.neg()
    return self.nearest_of(u, s, v, k)
