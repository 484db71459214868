  # What adapters add to a layer. Linear i has four places in the list `ps`, and its gradients the same four in `gps`:
  #   low rank   down [r, in], up [out, r], –, gain
  #   Kronecker  small [l, m], a [k, r], b [r, n] or, with a empty, [k, n], gain
  #   Hadamard   outer [2, out, r], inner [2, r, in], –, gain
  #   dense      change [out, in], –, –, gain
  #   routed     down [e, r, in], up [e, out, r], router [e, in], an array [experts that count, 0]
  # Scales are inside. A convolution has in = channels·kh·kw. The gain [out] is on the layer's whole output before its
  # bias; without entries it is 1. Only the functions of this file look into the lists.

  def adapted(self: __torch__.Kernels, ps: List[Tensor], i: int) -> bool:
    return ps[4 * i].numel() > 0

  def gained(self: __torch__.Kernels, ps: List[Tensor], i: int) -> bool:
    return ps[4 * i + 3].numel() > 0

  # Whether adapter i is trained.
  def learns(self: __torch__.Kernels, gps: List[Tensor], i: int) -> bool:
    return gps[4 * i].numel() > 0

  # A place for what each linear of a block gives before its gain, of which the gain's gradient is made; no places where
  # none has a gain.
  def places(self: __torch__.Kernels, ps: List[Tensor]) -> List[Tensor]:
    bare = annotate(List[Tensor], [])
    for i in range(len(ps) // 4):
      if self.gained(ps, i):
        bare = [torch.empty([0]) for place in range(len(ps) // 4)]
    return bare

  # Which of the forms adapter i has.
  def form(self: __torch__.Kernels, ps: List[Tensor], i: int) -> str:
    third = ps[4 * i + 2].numel() > 0
    if ps[4 * i].dim() == 3:
      return "routed" if third else "hadamard"
    if third:
      return "kronecker"
    if ps[4 * i].numel() > 0 and ps[4 * i + 1].numel() == 0:
      return "dense"
    return "pair"

  # ΔW [out, in] of the forms that are no pair and not routed.
  def change(self: __torch__.Kernels, ps: List[Tensor], i: int) -> Tensor:
    form = self.form(ps, i)
    if form == "hadamard":
      return self.hadamard_change(ps[4 * i], ps[4 * i + 1])
    if form == "kronecker":
      return self.kronecker_change(ps[4 * i], ps[4 * i + 1], ps[4 * i + 2])
    return ps[4 * i]

  # Adds the gradients of those forms' factors, from that of ΔW, which is written over.
  def factors_back(self: __torch__.Kernels, d: Tensor, ps: List[Tensor], gps: List[Tensor], i: int) -> bool:
    form = self.form(ps, i)
    if form == "hadamard":
      self.hadamard_back(d, ps[4 * i], ps[4 * i + 1], gps[4 * i], gps[4 * i + 1])
    elif form == "kronecker":
      self.kronecker_back(d, ps[4 * i], ps[4 * i + 1], ps[4 * i + 2], gps[4 * i], gps[4 * i + 1], gps[4 * i + 2])
    else:
      gps[4 * i].add_(d)
    return True

  # Whether the layer is cheaper with W + ΔW made first, for so many rows: then the change costs one pass over the weight
  # and no product. It needs float32, in which a small change of a large weight is not lost, and no dropout.
  def joins(self: __torch__.Kernels, w: Tensor, rows: int, ps: List[Tensor], i: int, dropout: float) -> bool:
    form = self.form(ps, i)
    if form == "pair" or form == "routed" or dropout > 0.0 or w.dtype != 6:
      return False
    if form == "kronecker" and w.size(-1) > 1 and w.dim() == 2:
      return self.kronecker_work(rows, ps[4 * i], ps[4 * i + 2], w.size(0)) > 16 * w.numel()
    return True

  # W + ΔW
  def joined(self: __torch__.Kernels, w: Tensor, ps: List[Tensor], i: int) -> Tensor:
    form = self.form(ps, i)
    if form == "hadamard":
      return self.hadamard_added(w, ps[4 * i], ps[4 * i + 1])
    if form == "kronecker":
      return self.kronecker_added(w, ps[4 * i], ps[4 * i + 1], ps[4 * i + 2])
    return w + ps[4 * i].view(w.size())

  # y [n, out] += ΔW·x for rows x [n, in], written over.
  def plus_change(self: __torch__.Kernels, y: Tensor, x: Tensor, ps: List[Tensor], i: int) -> Tensor:
    form = self.form(ps, i)
    if form == "routed":
      return self.experts_plus(y, x, ps[4 * i], ps[4 * i + 1], ps[4 * i + 2], ps[4 * i + 3].size(0))
    if form == "kronecker":
      return self.kronecker_plus(y, x, ps[4 * i], ps[4 * i + 1], ps[4 * i + 2])
    if form != "pair":
      return y.addmm_(x, self.change(ps, i).t())
    h = torch.mm(x, ps[4 * i].t())  # [n, r]
    return y.addmm_(h, ps[4 * i + 1].t())

  # Adds the gradients of adapter i where it is trained, and returns that of x, added to dx where it has entries.
  def change_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, dx: Tensor, ps: List[Tensor], gps: List[Tensor], i: int, need: bool) -> Tensor:
    form = self.form(ps, i)
    if form == "routed":
      return self.experts_back(dy, x, dx, ps[4 * i], ps[4 * i + 1], ps[4 * i + 2], ps[4 * i + 3].size(0), gps[4 * i], gps[4 * i + 1], gps[4 * i + 2], need)
    if form == "kronecker":
      return self.kronecker_rows_back(dy, x, dx, ps[4 * i], ps[4 * i + 1], ps[4 * i + 2], gps[4 * i], gps[4 * i + 1], gps[4 * i + 2], need)
    if form != "pair":
      if need:
        dx = self.plus_product(dx, dy, self.change(ps, i))
      if self.learns(gps, i):
        self.factors_back(torch.mm(dy.t(), x), ps, gps, i)
      return dx
    down = ps[4 * i]
    dh = torch.mm(dy, ps[4 * i + 1])  # [n, r]
    if self.learns(gps, i):
      self.accumulate(gps[4 * i + 1], dy.t(), torch.mm(x, down.t()))
      self.accumulate(gps[4 * i], dh.t(), x)
    if need:
      dx = self.plus_product(dx, dh, down)
    return dx

  # left·right, added to `into` where it has entries.
  def plus_product(self: __torch__.Kernels, into: Tensor, left: Tensor, right: Tensor) -> Tensor:
    if into.numel() > 0:
      return into.addmm_(left, right)
    return torch.mm(left, right)

  # up·h for pictures h [B, r, height, width]
  def pointwise(self: __torch__.Kernels, up: Tensor, h: Tensor) -> Tensor:
    return torch.matmul(up, h.flatten(2)).view([h.size(0), up.size(0), h.size(2), h.size(3)])

  # y += ΔW ∗ x for pictures, written over; `size` is the weight's [out, in, kh, kw]. Of low rank it is a convolution with
  # down, with the layer's own stride and padding, then a 1×1 convolution with up.
  def plus_picture_change(self: __torch__.Kernels, y: Tensor, x: Tensor, ps: List[Tensor], i: int, size: List[int], stride: int, padding: int) -> Tensor:
    if self.form(ps, i) != "pair":
      return y.add_(torch.conv2d(x, self.change(ps, i).view(size), None, [stride, stride], [padding, padding]))
    kernel = ps[4 * i].view([-1, size[1], size[2], size[3]])
    h = torch.conv2d(x, kernel, None, [stride, stride], [padding, padding])
    return y.add_(self.pointwise(ps[4 * i + 1], h))

  # As change_back; the gradient of x is added to nothing.
  def picture_change_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, ps: List[Tensor], gps: List[Tensor], i: int, size: List[int], stride: int, padding: int, need: bool) -> Tensor:
    learns = self.learns(gps, i)
    if self.form(ps, i) != "pair":
      own, dw, db = torch.convolution_backward(dy, x, self.change(ps, i).view(size), None, [stride, stride], [padding, padding], [1, 1], False, [0, 0], 1, [need, learns, False])
      if learns:
        self.factors_back(dw.flatten(1), ps, gps, i)
      return own
    kernel = ps[4 * i].view([-1, size[1], size[2], size[3]])
    dh = self.pointwise(ps[4 * i + 1].t(), dy)  # [B, r, height, width]
    if learns:
      h = torch.conv2d(x, kernel, None, [stride, stride], [padding, padding])
      self.accumulate(gps[4 * i + 1], self.by_channel(dy), self.by_channel(h).t())
    own, dw, db = torch.convolution_backward(dh, x, kernel, None, [stride, stride], [padding, padding], [1, 1], False, [0, 0], 1, [need, learns, False])
    if learns:
      gps[4 * i].add_(dw.reshape(gps[4 * i].size()))
    return own
