  # Convolutions, and the blocks that are one convolution. Lists as in linear.py; a convolution's weight is
  # [out, in, kh, kw]. Pictures are [B, channels, height, width].

  # [channels, B·height·width]
  def by_channel(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return x.transpose(0, 1).flatten(1)

  # Whether a 3×3 convolution is better one product with all its windows side by side. The library's own puts every weight
  # into another order first, at every call; where the weight is large and the picture small that costs more than the
  # arithmetic. How many pictures there are decides nothing: each comes out the same to the last bit in every batch.
  # Measured with one and two of them, widths 256 to 2560, sides 4 to 32.
  def by_windows(self: __torch__.Kernels, x: Tensor, w: Tensor, stride: int, padding: int) -> bool:
    if x.is_cuda or stride != 1 or padding != 1 or w.size(-1) != 3 or w.size(-2) != 3:
      return False
    return w.numel() > 16384 * x.size(2) * x.size(3)

  # [channels·9, B·height·width]: what a 3×3 kernel sees around every place of x.
  def windows(self: __torch__.Kernels, x: Tensor) -> Tensor:
    wide = torch.constant_pad_nd(x, [1, 1, 1, 1], 0)
    b, c, h, w = wide.stride()
    seen = torch.as_strided(wide, [x.size(1), 3, 3, x.size(0), x.size(2), x.size(3)], [c, h, w, b, h, w])
    return seen.reshape([x.size(1) * 9, -1])

  # The sum of what `rows` [B·height·width, channels·9] hold for every place of a picture of this size.
  def windows_back(self: __torch__.Kernels, rows: Tensor, size: List[int]) -> Tensor:
    places = rows.view([size[0], -1, rows.size(1)]).transpose(1, 2)
    return torch.col2im(places, size[2:], [3, 3], [1, 1], [1, 1], [1, 1])

  def convolved(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor, stride: int, padding: int) -> Tensor:
    if self.by_windows(x, w, stride, padding):
      y = torch.mm(w.flatten(1), self.windows(x))
      if b.numel() > 0:
        y.add_(b.unsqueeze(1))
      return y.view([-1, x.size(0), x.size(2), x.size(3)]).transpose(0, 1).contiguous()
    if b.numel() > 0:
      return torch.conv2d(x, w, b, [stride, stride], [padding, padding])
    return torch.conv2d(x, w, None, [stride, stride], [padding, padding])

  # The gradient of x, without entries where not `need`, and that of w, where `whole`.
  def convolved_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int, need: bool, whole: bool) -> Tuple[Tensor, Tensor]:
    if not whole and self.by_windows(x, w, stride, padding):
      return (self.windows_back(torch.mm(self.by_channel(dy).t(), w.flatten(1)), x.size()), torch.empty([0]))
    dx, dw, db = torch.convolution_backward(dy, x, w, None, [stride, stride], [padding, padding], [1, 1], False, [0, 0], 1, [need, whole, False])
    return (dx, dw)

  # W ∗ x + ΔW ∗ dropped(x) + b
  def changed_convolution(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor, ps: List[Tensor], i: int, stride: int, padding: int, dropout: float, seed: int) -> Tensor:
    if self.joins(w, x.size(0), ps, i, dropout):
      return self.convolved(x, self.joined(w, ps, i), b, stride, padding)
    y = self.convolved(x, w, b, stride, padding)
    if self.adapted(ps, i):
      y = self.plus_picture_change(y, self.dropped(x, dropout, seed + i), ps, i, w.size(), stride, padding)
    return y

  # As linear: y = g ⊙ ((W + ΔW) ∗ x) + b, the adapter's part on dropped(x).
  def conv(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], bare: List[Tensor], first: int, i: int, stride: int, padding: int, dropout: float, seed: int) -> Tensor:
    w = self.weight(ws, first, i)
    b = ws[first + 2 * i + 1]
    if not self.gained(ps, i):
      return self.changed_convolution(x, w, b, ps, i, stride, padding, dropout, seed)
    y = self.changed_convolution(x, w, torch.empty([0]), ps, i, stride, padding, dropout, seed)
    if len(bare) > 0:
      bare[i] = y
    gain = ps[4 * i + 3].view([1, -1, 1, 1])
    if b.numel() > 0:
      return torch.addcmul(b.view([1, -1, 1, 1]), y, gain)
    return y * gain

  # Adds the gradients of weight, bias and adapter, and returns that of x, added to dx where it has entries.
  def conv_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, dx: Tensor, ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], bare: List[Tensor], first: int, i: int, stride: int, padding: int, dropout: float, seed: int, need: bool) -> Tensor:
    w = self.weight(ws, first, i)
    gw = gws[first + 2 * i]
    gb = gws[first + 2 * i + 1]
    if gb.numel() > 0:
      gb.add_(dy.sum([0, 2, 3]))
    learns = self.learns(gps, i)
    if self.gained(ps, i):
      if learns:
        gps[4 * i + 3].add_(torch.sum(dy * bare[i], [0, 2, 3], False, dtype=6))
      dy = dy * ps[4 * i + 3].view([1, -1, 1, 1])
    joined = self.joins(w, x.size(0), ps, i, dropout)
    if joined:
      w = self.joined(w, ps, i)
    whole = gw.numel() > 0 or (joined and learns)
    if need or whole:
      own, dw = self.convolved_back(dy, x, w, stride, padding, need, whole)
      if need:
        if dx.numel() > 0:
          dx.add_(own)
        else:
          dx = own
      if gw.numel() > 0:
        gw.add_(dw)
      if joined and learns:
        self.factors_back(dw.flatten(1), ps, gps, i)
    if self.adapted(ps, i) and not joined and (need or learns):
      seen = self.dropped(x, dropout, seed + i)
      own = self.picture_change_back(dy, seen, ps, gps, i, w.size(), stride, padding, need)
      if need:
        dx.add_(self.dropped(own, dropout, seed + i))
    return dx

  # Group norm over pictures: (y, mean, 1/deviation)
  def group_norm(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor, groups: int, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
    y, mean, r = torch.native_group_norm(x, w, b, x.size(0), x.size(1), x.size(2) * x.size(3), groups, eps)
    return (y, mean, r)

  def group_norm_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, mean: Tensor, r: Tensor, w: Tensor, gw: Tensor, gb: Tensor, groups: int) -> Tensor:
    trained = gw.numel() > 0
    dx, dw, db = torch.native_group_norm_backward(dy.contiguous(), x, mean, r, w, x.size(0), x.size(1), x.size(2) * x.size(3), groups, [True, trained, trained])
    if trained:
      gw.add_(dw)
      gb.add_(db)
    return dx

  # One convolution: [y, …], with what the backward pass needs besides x
  def conv_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], stride: int, padding: int, dropout: float, seed: int) -> List[Tensor]:
    bare = self.places(ps)
    return [self.conv(x.to(ws[0].dtype), ws, ps, bare, 0, 0, stride, padding, dropout, seed)] + bare

  def conv_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], stride: int, padding: int, dropout: float, seed: int, need: bool) -> List[Tensor]:
    if len(saved) == 0 and len(self.places(ps)) > 0:
      saved = self.conv_forward(x, ws, ps, stride, padding, dropout, seed)[1:]
    return [self.conv_back(dy, x.to(ws[0].dtype), torch.empty([0]), ws, gws, ps, gps, saved, 0, 0, stride, padding, dropout, seed, need)]

  # Nearest neighbours to another size, then a convolution: [y, …]
  def upsample_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], size: List[int], dropout: float, seed: int) -> List[Tensor]:
    bare = self.places(ps)
    return [self.conv(torch.upsample_nearest2d(x, size, None, None), ws, ps, bare, 0, 0, 1, 1, dropout, seed)] + bare

  def upsample_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], size: List[int], dropout: float, seed: int, need: bool) -> List[Tensor]:
    if len(saved) == 0 and len(self.places(ps)) > 0:
      saved = self.upsample_forward(x, ws, ps, size, dropout, seed)[1:]
    wide = self.conv_back(dy, torch.upsample_nearest2d(x, size, None, None), torch.empty([0]), ws, gws, ps, gps, saved, 0, 0, 1, 1, dropout, seed, need)
    if not need:
      return [wide]
    return [torch.upsample_nearest2d_backward(wide, size, x.size(), None, None)]

  # A block of two normed convolutions beside a shortcut, as in ResNets (He et al. 2016, arXiv:1603.05027), with the
  # time embedding `temb` [B, width] added between them. ws: 0, 1 and 2, 3 the norms, then weight and bias of conv1,
  # time_emb_proj, conv2 and conv_shortcut. x is what comes from below; `skip` goes beside it on the channel axis.
  # [y, h, …]: the output, the second norm's input, and what else the backward pass needs.
  def resnet_forward(self: __torch__.Kernels, x: Tensor, skip: Tensor, temb: Tensor, ws: List[Tensor], ps: List[Tensor], groups: int, eps: float, dropout: float, seed: int) -> List[Tensor]:
    bare = self.places(ps)
    if skip.numel() > 0:
      x = torch.cat([x, skip], 1)
    n1, m1, r1 = self.group_norm(x, ws[0], ws[1], groups, eps)
    h = self.conv(torch.silu_(n1), ws, ps, bare, 4, 0, 1, 1, dropout, seed)
    if temb.numel() > 0:
      h.add_(self.linear_few(temb, ws, ps, bare, 4, 1, dropout, seed).unsqueeze(-1).unsqueeze(-1))
    n2, m2, r2 = self.group_norm(h, ws[2], ws[3], groups, eps)
    y = self.conv(torch.silu_(n2), ws, ps, bare, 4, 2, 1, 1, dropout, seed)
    if ws[10].numel() > 0:
      y.add_(self.conv(x, ws, ps, bare, 4, 3, 1, 0, dropout, seed))
    else:
      y.add_(x)
    return [y, h] + bare

  # [dx, dskip, dtemb], the first two where `need` says so, the last where `time` does. `saved` is what forward returned
  # after y; empty: it is computed again.
  def resnet_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, skip: Tensor, temb: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], groups: int, eps: float, dropout: float, seed: int, need: bool, time: bool) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.resnet_forward(x, skip, temb, ws, ps, groups, eps, dropout, seed)[1:]
    h = saved[0]
    bare = saved[1:]
    none = torch.empty([0])
    low = x.size(1)
    if skip.numel() > 0:
      x = torch.cat([x, skip], 1)
    n2, m2, r2 = self.group_norm(h, ws[2], ws[3], groups, eps)
    da2 = self.conv_back(dy, torch.silu(n2), none, ws, gws, ps, gps, bare, 4, 2, 1, 1, dropout, seed, True)
    dh = self.group_norm_back(torch.silu_backward(da2, n2), h, m2, r2, ws[2], gws[2], gws[3], groups)
    dtemb = none
    if temb.numel() > 0:
      dtemb = self.linear_back(dh.sum([2, 3]), temb, none, ws, gws, ps, gps, bare, 4, 1, dropout, seed, time)
    n1, m1, r1 = self.group_norm(x, ws[0], ws[1], groups, eps)
    below = need or gws[0].numel() > 0
    da1 = self.conv_back(dh, torch.silu(n1), none, ws, gws, ps, gps, bare, 4, 0, 1, 1, dropout, seed, below)
    dx = none
    if below:
      dx = self.group_norm_back(torch.silu_backward(da1, n1), x, m1, r1, ws[0], gws[0], gws[1], groups)
    if ws[10].numel() > 0:
      dx = self.conv_back(dy, x, dx, ws, gws, ps, gps, bare, 4, 3, 1, 0, dropout, seed, need)
    elif need:
      dx.add_(dy)
    if need and skip.numel() > 0:
      return [dx[:, :low].contiguous(), dx[:, low:].contiguous(), dtemb]
    return [dx, none, dtemb]
