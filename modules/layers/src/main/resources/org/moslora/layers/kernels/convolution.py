  # Convolutions, and the blocks that are one convolution. Lists as in linear.py; a convolution's weight is
  # [out, in, k, k], and its adapter's pair is down [r, in·k·k], run with the layer's own stride and padding, and
  # up [out, r], a 1×1 convolution. Pictures are [B, channels, height, width].

  # up·h for pictures h [B, r, height, width]
  def pointwise(self: __torch__.Kernels, up: Tensor, h: Tensor) -> Tensor:
    return torch.matmul(up, h.flatten(2)).view([h.size(0), up.size(0), h.size(2), h.size(3)])

  # [channels, B·height·width]
  def by_channel(self: __torch__.Kernels, x: Tensor) -> Tensor:
    return x.transpose(0, 1).flatten(1)

  def conv(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], first: int, i: int, stride: int, padding: int, dropout: float, seed: int) -> Tensor:
    w = ws[first + 2 * i]
    b = ws[first + 2 * i + 1]
    if b.numel() > 0:
      y = torch.conv2d(x, w, b, [stride, stride], [padding, padding])
    else:
      y = torch.conv2d(x, w, None, [stride, stride], [padding, padding])
    down = ps[2 * i]
    if down.numel() > 0:
      kernel = down.view([down.size(0), w.size(1), w.size(2), w.size(3)])
      h = torch.conv2d(self.dropped(x, dropout, seed + i), kernel, None, [stride, stride], [padding, padding])
      y.add_(self.pointwise(ps[2 * i + 1], h))
    return y

  # Adds the gradients of weight, bias and pair, and returns that of x, added to dx where it has entries.
  def conv_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, dx: Tensor, ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], first: int, i: int, stride: int, padding: int, dropout: float, seed: int, need: bool) -> Tensor:
    w = ws[first + 2 * i]
    gw = gws[first + 2 * i]
    gb = gws[first + 2 * i + 1]
    s = [stride, stride]
    p = [padding, padding]
    if need or gw.numel() > 0:
      own, dw, db = torch.convolution_backward(dy, x, w, None, s, p, [1, 1], False, [0, 0], 1, [need, gw.numel() > 0, False])
      if need:
        if dx.numel() > 0:
          dx.add_(own)
        else:
          dx = own
      if gw.numel() > 0:
        gw.add_(dw)
    if gb.numel() > 0:
      gb.add_(dy.sum([0, 2, 3]))
    down = ps[2 * i]
    trained = gps[2 * i].numel() > 0
    if down.numel() > 0 and (need or trained):
      kernel = down.view([down.size(0), w.size(1), w.size(2), w.size(3)])
      dh = self.pointwise(ps[2 * i + 1].t(), dy)  # [B, r, height, width]
      seen = self.dropped(x, dropout, seed + i)
      if trained:
        h = torch.conv2d(seen, kernel, None, s, p)
        self.accumulate(gps[2 * i + 1], self.by_channel(dy), self.by_channel(h).t())
      own, dw, db = torch.convolution_backward(dh, seen, kernel, None, s, p, [1, 1], False, [0, 0], 1, [need, trained, False])
      if trained:
        gps[2 * i].add_(dw.reshape(down.size()))
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

  # One convolution: [y]
  def conv_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], stride: int, padding: int, dropout: float, seed: int) -> List[Tensor]:
    return [self.conv(x.to(ws[0].dtype), ws, ps, 0, 0, stride, padding, dropout, seed)]

  def conv_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], stride: int, padding: int, dropout: float, seed: int, need: bool) -> List[Tensor]:
    return [self.conv_back(dy, x.to(ws[0].dtype), torch.empty([0]), ws, gws, ps, gps, 0, 0, stride, padding, dropout, seed, need)]

  # Nearest neighbours to another size, then a convolution: [y]
  def upsample_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], size: List[int], dropout: float, seed: int) -> List[Tensor]:
    return [self.conv(torch.upsample_nearest2d(x, size, None, None), ws, ps, 0, 0, 1, 1, dropout, seed)]

  def upsample_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], size: List[int], dropout: float, seed: int, need: bool) -> List[Tensor]:
    wide = self.conv_back(dy, torch.upsample_nearest2d(x, size, None, None), torch.empty([0]), ws, gws, ps, gps, 0, 0, 1, 1, dropout, seed, need)
    if not need:
      return [wide]
    return [torch.upsample_nearest2d_backward(wide, size, x.size(), None, None)]

  # A block of two normed convolutions beside a shortcut, as in ResNets (He et al. 2016, arXiv:1603.05027), with the
  # time embedding `temb` [B, width] added between them. ws: 0, 1 and 2, 3 the norms, then weight and bias of conv1,
  # time_emb_proj, conv2 and conv_shortcut. x is what comes from below; `skip` goes beside it on the channel axis.
  # [y, h]: the output and the second norm's input.
  def resnet_forward(self: __torch__.Kernels, x: Tensor, skip: Tensor, temb: Tensor, ws: List[Tensor], ps: List[Tensor], groups: int, eps: float, dropout: float, seed: int) -> List[Tensor]:
    if skip.numel() > 0:
      x = torch.cat([x, skip], 1)
    n1, m1, r1 = self.group_norm(x, ws[0], ws[1], groups, eps)
    h = self.conv(torch.silu_(n1), ws, ps, 4, 0, 1, 1, dropout, seed)
    if temb.numel() > 0:
      h.add_(self.linear_few(temb, ws, ps, 4, 1, dropout, seed).unsqueeze(-1).unsqueeze(-1))
    n2, m2, r2 = self.group_norm(h, ws[2], ws[3], groups, eps)
    y = self.conv(torch.silu_(n2), ws, ps, 4, 2, 1, 1, dropout, seed)
    if ws[10].numel() > 0:
      y.add_(self.conv(x, ws, ps, 4, 3, 1, 0, dropout, seed))
    else:
      y.add_(x)
    return [y, h]

  # [dx, dskip, dtemb], the first two where `need` says so, the last where `time` does. `saved` is what forward returned
  # after y; empty: it is computed again.
  def resnet_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, skip: Tensor, temb: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], groups: int, eps: float, dropout: float, seed: int, need: bool, time: bool) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.resnet_forward(x, skip, temb, ws, ps, groups, eps, dropout, seed)[1:]
    h = saved[0]
    none = torch.empty([0])
    low = x.size(1)
    if skip.numel() > 0:
      x = torch.cat([x, skip], 1)
    n2, m2, r2 = self.group_norm(h, ws[2], ws[3], groups, eps)
    da2 = self.conv_back(dy, torch.silu(n2), none, ws, gws, ps, gps, 4, 2, 1, 1, dropout, seed, True)
    dh = self.group_norm_back(torch.silu_backward(da2, n2), h, m2, r2, ws[2], gws[2], gws[3], groups)
    dtemb = none
    if temb.numel() > 0:
      dtemb = self.linear_back(dh.sum([2, 3]), temb, none, ws, gws, ps, gps, 4, 1, dropout, seed, time)
    n1, m1, r1 = self.group_norm(x, ws[0], ws[1], groups, eps)
    below = need or gws[0].numel() > 0
    da1 = self.conv_back(dh, torch.silu(n1), none, ws, gws, ps, gps, 4, 0, 1, 1, dropout, seed, below)
    dx = none
    if below:
      dx = self.group_norm_back(torch.silu_backward(da1, n1), x, m1, r1, ws[0], gws[0], gws[1], groups)
    if ws[10].numel() > 0:
      dx = self.conv_back(dy, x, dx, ws, gws, ps, gps, 4, 3, 1, 0, dropout, seed, need)
    elif need:
      dx.add_(dy)
    if need and skip.numel() > 0:
      return [dx[:, :low].contiguous(), dx[:, low:].contiguous(), dtemb]
    return [dx, none, dtemb]
