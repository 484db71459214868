  # What adapters add to a layer. Linear i has four places in the list `ps`, and its gradients the same four in `gps`:
  #   low rank   down [r, in], up [out, r], –, gain
  #   Kronecker  small [l, m], a [k, r], b [r, n] or, with a empty, [k, n], gain
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

  # y [n, out] += ΔW·x for rows x [n, in], written over.
  def plus_change(self: __torch__.Kernels, y: Tensor, x: Tensor, ps: List[Tensor], i: int) -> Tensor:
    h = torch.mm(x, ps[4 * i].t())  # [n, r]
    return y.addmm_(h, ps[4 * i + 1].t())

  # Adds the gradients of adapter i where it is trained, and returns that of x, added to dx where it has entries.
  def change_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, dx: Tensor, ps: List[Tensor], gps: List[Tensor], i: int, need: bool) -> Tensor:
    down = ps[4 * i]
    dh = torch.mm(dy, ps[4 * i + 1])  # [n, r]
    if self.learns(gps, i):
      self.accumulate(gps[4 * i + 1], dy.t(), torch.mm(x, down.t()))
      self.accumulate(gps[4 * i], dh.t(), x)
    if need:
      if dx.numel() > 0:
        dx.addmm_(dh, down)
      else:
        dx = torch.mm(dh, down)
    return dx

  # up·h for pictures h [B, r, height, width]
  def pointwise(self: __torch__.Kernels, up: Tensor, h: Tensor) -> Tensor:
    return torch.matmul(up, h.flatten(2)).view([h.size(0), up.size(0), h.size(2), h.size(3)])

  # y += ΔW ∗ x for pictures, written over; `size` is the weight's [out, in, kh, kw]. Of low rank it is a convolution with
  # down, with the layer's own stride and padding, then a 1×1 convolution with up.
  def plus_picture_change(self: __torch__.Kernels, y: Tensor, x: Tensor, ps: List[Tensor], i: int, size: List[int], stride: int, padding: int) -> Tensor:
    kernel = ps[4 * i].view([-1, size[1], size[2], size[3]])
    h = torch.conv2d(x, kernel, None, [stride, stride], [padding, padding])
    return y.add_(self.pointwise(ps[4 * i + 1], h))

  # As change_back; the gradient of x is added to nothing.
  def picture_change_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, ps: List[Tensor], gps: List[Tensor], i: int, size: List[int], stride: int, padding: int, need: bool) -> Tensor:
    learns = self.learns(gps, i)
    kernel = ps[4 * i].view([-1, size[1], size[2], size[3]])
    dh = self.pointwise(ps[4 * i + 1].t(), dy)  # [B, r, height, width]
    if learns:
      h = torch.conv2d(x, kernel, None, [stride, stride], [padding, padding])
      self.accumulate(gps[4 * i + 1], self.by_channel(dy), self.by_channel(h).t())
    own, dw, db = torch.convolution_backward(dh, x, kernel, None, [stride, stride], [padding, padding], [1, 1], False, [0, 0], 1, [need, learns, False])
    if learns:
      gps[4 * i].add_(dw.reshape(gps[4 * i].size()))
    return own
