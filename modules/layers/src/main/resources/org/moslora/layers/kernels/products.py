  # Changes of a weight that are no low-rank pair. Matrices are [out, in], a convolution's [out, channels·kh·kw].

  # ---- LoHa (Hyeon-Woo et al. 2022, arXiv:2108.06098): ΔW = (a₁·b₁) ⊙ (a₂·b₂), with outer = (a₁, a₂) [2, out, r] and
  # inner = (b₁, b₂) [2, r, in].

  def hadamard_change(self: __torch__.Kernels, outer: Tensor, inner: Tensor) -> Tensor:
    halves = torch.bmm(outer, inner)  # [2, out, in]
    return halves[0].mul_(halves[1])

  # W + ΔW
  def hadamard_added(self: __torch__.Kernels, w: Tensor, outer: Tensor, inner: Tensor) -> Tensor:
    halves = torch.bmm(outer, inner)
    return torch.addcmul(w, halves[0].view(w.size()), halves[1].view(w.size()))

  # Adds the gradients of both factors, from that of ΔW, which is written over.
  def hadamard_back(self: __torch__.Kernels, d: Tensor, outer: Tensor, inner: Tensor, gouter: Tensor, ginner: Tensor) -> bool:
    halves = torch.bmm(outer, inner)
    first = halves[1].mul_(d)
    second = halves[0].mul_(d)
    self.accumulate(gouter[0], first, inner[0].t())
    self.accumulate(ginner[0], outer[0].t(), first)
    self.accumulate(gouter[1], second, inner[1].t())
    self.accumulate(ginner[1], outer[1].t(), second)
    return True

  # What the kernels read of the outer factors of many layers at once, [layers, 2, out, r]: with the scale in the first.
  def hadamard_fold(self: __torch__.Kernels, outer: Tensor, scale: float, into: Tensor) -> List[Tensor]:
    into.copy_(outer)
    into.select(1, 0).mul_(scale)
    return [into]

  # The chain rule through hadamard_fold, in place.
  def hadamard_pull_back(self: __torch__.Kernels, gradient: Tensor, scale: float) -> List[Tensor]:
    gradient.select(1, 0).mul_(scale)
    return [gradient]

  # The same ΔW as one pair of rank r², of many layers at once: the Khatri-Rao products of the outer factors
  # [layers, 2, out, r] and of the inner ones [layers, 2, r, in], written into up [layers, out, r²] and down
  # [layers, r², in], with the scale in down.
  def hadamard_pair(self: __torch__.Kernels, outer: Tensor, inner: Tensor, scale: float, down: Tensor, up: Tensor) -> List[Tensor]:
    a = outer.select(1, 0).unsqueeze(3)  # [layers, out, r, 1]
    b = (inner.select(1, 0) * scale).unsqueeze(2)  # [layers, r, 1, in]
    up.copy_((a * outer.select(1, 1).unsqueeze(2)).flatten(2))
    down.copy_((b * inner.select(1, 1).unsqueeze(1)).flatten(1, 2))
    return [down, up]

  # Adds the gradients of outer and inner, from those of down and up.
  def hadamard_pair_back(self: __torch__.Kernels, ddown: Tensor, dup: Tensor, outer: Tensor, inner: Tensor, scale: float, gouter: Tensor, ginner: Tensor) -> List[Tensor]:
    layers, two, out, r = outer.size()
    d = dup.view([layers, out, r, r])
    gouter.select(1, 0).add_((d * outer.select(1, 1).unsqueeze(2)).sum(3))
    gouter.select(1, 1).add_((d * outer.select(1, 0).unsqueeze(3)).sum(2))
    d = ddown.view([layers, r, r, -1])
    ginner.select(1, 0).add_((d * inner.select(1, 1).unsqueeze(1)).sum(2), alpha=scale)
    ginner.select(1, 1).add_((d * inner.select(1, 0).unsqueeze(2)).sum(1), alpha=scale)
    return [gouter, ginner]

  # ---- LoKr (Yeh et al. 2023, arXiv:2309.14859): ΔW = small ⊗ large, small [l, m] and large [k, n], which is a·b with
  # a [k, r] and b [r, n], or with a empty b itself. The output is (l, k), the input (m, n).

  def kronecker_large(self: __torch__.Kernels, a: Tensor, b: Tensor) -> Tensor:
    if a.numel() > 0:
      return torch.mm(a, b)
    return b

  def kronecker_change(self: __torch__.Kernels, small: Tensor, a: Tensor, b: Tensor) -> Tensor:
    return torch.kron(small, self.kronecker_large(a, b))

  # W + ΔW, in one pass over W
  def kronecker_added(self: __torch__.Kernels, w: Tensor, small: Tensor, a: Tensor, b: Tensor) -> Tensor:
    large = self.kronecker_large(a, b)
    l, m = small.size()
    k, n = large.size()
    return torch.addcmul(w.view([l, k, m, n]), small.view([l, 1, m, 1]), large.view([1, k, 1, n])).view(w.size())

  # Multiplications that kronecker_plus takes.
  def kronecker_work(self: __torch__.Kernels, rows: int, small: Tensor, b: Tensor, out: int) -> int:
    l, m = small.size()
    return rows * m * (out // l) * (b.size(1) + l)

  # x·largeᵀ for every of the m stretches of x [rows, in]: [rows, m, k]
  def kronecker_half(self: __torch__.Kernels, x: Tensor, small: Tensor, a: Tensor, b: Tensor) -> Tensor:
    h = torch.mm(x.reshape([-1, b.size(1)]), b.t())
    if a.numel() > 0:
      h = torch.mm(h, a.t())
    return h.view([x.size(0), small.size(1), -1])

  # y [rows, out] += ΔW·x for rows x [rows, in], by two small products and never a large one; written over.
  def kronecker_plus(self: __torch__.Kernels, y: Tensor, x: Tensor, small: Tensor, a: Tensor, b: Tensor) -> Tensor:
    h = self.kronecker_half(x, small, a, b)
    l, m = small.size()
    y.view([-1, l, h.size(2)]).baddbmm_(small.unsqueeze(0).expand([x.size(0), l, m]), h)
    return y

  # Adds the gradients of the factors where gsmall has entries, and returns that of rows x, added to dx where it has
  # entries: those of kronecker_plus, again by small products.
  def kronecker_rows_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, dx: Tensor, small: Tensor, a: Tensor, b: Tensor, gsmall: Tensor, ga: Tensor, gb: Tensor, need: bool) -> Tensor:
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
  def kronecker_back(self: __torch__.Kernels, d: Tensor, small: Tensor, a: Tensor, b: Tensor, gsmall: Tensor, ga: Tensor, gb: Tensor) -> bool:
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
  def kronecker_fold(self: __torch__.Kernels, a: Tensor, b: Tensor, scale: float, into: Tensor) -> List[Tensor]:
    into.copy_(torch.bmm(a, b).mul_(scale))
    return [into]

  # Adds the gradients of a and b, from that of scale·a·b.
  def kronecker_pull_back(self: __torch__.Kernels, d: Tensor, a: Tensor, b: Tensor, scale: float, ga: Tensor, gb: Tensor) -> List[Tensor]:
    ga.baddbmm_(d, b.transpose(1, 2), alpha=scale)
    gb.baddbmm_(a.transpose(1, 2), d, alpha=scale)
    return [ga, gb]
