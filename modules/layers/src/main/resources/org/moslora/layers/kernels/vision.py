  # CLIP's vision transformer (Radford et al. 2021, arXiv:2103.00020), pre-norm.
  # ws: 0, 1 first norm, 2, 3 second norm (weight, bias), then weight and bias of q, k, v, out, fc1, fc2.
  # x [pictures · tokens, width].

  # [pictures, tokens, width]: class token and patches of every picture, with positions. ws: patch weight [w, 3, p, p],
  # patch bias or none, class token [w] or none, positions [tokens, w], norm weight and bias.
  def patches(self: __torch__.Kernels, pixels: Tensor, ws: List[Tensor]) -> Tensor:
    patch = ws[0].size(2)
    x = torch.conv2d(pixels.to(ws[0].dtype), ws[0], None, [patch, patch])
    x = x.flatten(2).transpose(1, 2)  # [pictures, patches, w]
    if ws[1].numel() > 0:
      x = x + ws[1]
    if ws[2].numel() > 0:
      x = torch.cat([ws[2].view([1, 1, -1]).expand([x.size(0), 1, x.size(2)]), x], 1)
    return x + ws[3]

  # [rows, width]: the same, normed.
  def vision_embed(self: __torch__.Kernels, pixels: Tensor, ws: List[Tensor], eps: float) -> List[Tensor]:
    x = self.patches(pixels, ws).flatten(0, 1)
    y, mean, r = self.layer_norm(x, ws[4], ws[5], eps)
    return [y]

  # Adds the gradients of everything that vision_embed reads but the pixels; returns that of the rows before the norm,
  # which nobody needs. The patches are computed again.
  def vision_embed_back(self: __torch__.Kernels, dy: Tensor, pixels: Tensor, ws: List[Tensor], gws: List[Tensor], eps: float) -> List[Tensor]:
    x = self.patches(pixels, ws)
    rows = x.flatten(0, 1)
    y, mean, r = self.layer_norm(rows, ws[4], ws[5], eps)
    drows = self.layer_norm_back(dy, rows, mean, r, ws[4], ws[5], gws[4], gws[5])
    dx = drows.view(x.size())
    if gws[3].numel() > 0:
      gws[3].add_(dx.sum(0))
    if ws[2].numel() > 0:
      if gws[2].numel() > 0:
        gws[2].add_(dx[:, 0].sum(0))
      dx = dx[:, 1:]
    dx = dx.flatten(0, 1)  # [pictures · patches, w]
    if gws[1].numel() > 0:
      gws[1].add_(dx.sum(0))
    if gws[0].numel() > 0:
      patch = ws[0].size(2)
      seen = pixels.to(ws[0].dtype).unfold(2, patch, patch).unfold(3, patch, patch)  # [pictures, 3, h, w, p, p]
      self.accumulate(gws[0].flatten(1), dx.t(), seen.permute([0, 2, 3, 1, 4, 5]).reshape([dx.size(0), -1]))
    return [drows]

  # One block, of the tower or (causal) of the text encoder.
  # [y, q, k, v, attention, lse, h, inner, …]: the output and what the backward pass needs besides x.
  def clip_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], lengths: List[int], heads: int, eps: float, act: str, causal: bool, dropout: float, seed: int, composed: bool) -> List[Tensor]:
    bare = self.places(ps)
    rows = x.size(0)
    n1, m1, r1 = self.layer_norm(x, ws[0], ws[1], eps)
    q = self.linear(n1, ws, ps, bare, 4, 0, dropout, seed).view([rows, heads, -1])
    k = self.linear(n1, ws, ps, bare, 4, 1, dropout, seed).view([rows, heads, -1])
    v = self.linear(n1, ws, ps, bare, 4, 2, dropout, seed).view([rows, heads, -1])
    o, lse = self.attend(q, k, v, lengths, causal, composed)
    h = self.linear(o, ws, ps, bare, 4, 3, dropout, seed).add_(x)
    n2, m2, r2 = self.layer_norm(h, ws[2], ws[3], eps)
    inner = self.linear(n2, ws, ps, bare, 4, 4, dropout, seed)
    y = self.linear(self.activation(inner, act), ws, ps, bare, 4, 5, dropout, seed).add_(h)
    return [y, q, k, v, o, lse, h, inner] + bare

  # As decoder_backward.
  def clip_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], lengths: List[int], heads: int, eps: float, act: str, causal: bool, dropout: float, seed: int, composed: bool, need: bool) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.clip_forward(x, ws, ps, lengths, heads, eps, act, causal, dropout, seed, composed)[1:]
    q, k, v, o, lse, h, inner = saved[:7]
    bare = saved[7:]
    none = torch.empty([0])
    da = self.linear_back(dy, self.activation(inner, act), none, ws, gws, ps, gps, bare, 4, 5, dropout, seed, True)
    dinner = self.activation_back(da, inner, act)
    n2, m2, r2 = self.layer_norm(h, ws[2], ws[3], eps)
    dn2 = self.linear_back(dinner, n2, none, ws, gws, ps, gps, bare, 4, 4, dropout, seed, True)
    dh = self.layer_norm_back(dn2, h, m2, r2, ws[2], ws[3], gws[2], gws[3]).add_(dy)
    do = self.linear_back(dh, o, none, ws, gws, ps, gps, bare, 4, 3, dropout, seed, True)
    dq, dk, dv = self.attend_back(do, q, k, v, o, lse, lengths, causal, composed)
    rows = x.size(0)
    n1, m1, r1 = self.layer_norm(x, ws[0], ws[1], eps)
    below = need or gws[0].numel() > 0 or gws[1].numel() > 0
    dn1 = self.linear_back(dq.reshape([rows, -1]), n1, none, ws, gws, ps, gps, bare, 4, 0, dropout, seed, below)
    dn1 = self.linear_back(dk.reshape([rows, -1]), n1, dn1, ws, gws, ps, gps, bare, 4, 1, dropout, seed, below)
    dn1 = self.linear_back(dv.reshape([rows, -1]), n1, dn1, ws, gws, ps, gps, bare, 4, 2, dropout, seed, below)
    if not below:
      return [none]
    return [self.layer_norm_back(dn1, x, m1, r1, ws[0], ws[1], gws[0], gws[1]).add_(dh)]

  def vision_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], lengths: List[int], heads: int, eps: float, act: str, dropout: float, seed: int, composed: bool) -> List[Tensor]:
    return self.clip_forward(x, ws, ps, lengths, heads, eps, act, False, dropout, seed, composed)

  def vision_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], lengths: List[int], heads: int, eps: float, act: str, dropout: float, seed: int, composed: bool, need: bool) -> List[Tensor]:
    return self.clip_backward(dy, x, saved, ws, gws, ps, gps, lengths, heads, eps, act, False, dropout, seed, composed, need)

  # Features of the chosen layers side by side: [pictures · used tokens, width · layers]; `skip` 1 leaves the class token.
  def features(self: __torch__.Kernels, states: List[Tensor], pictures: int, skip: int) -> List[Tensor]:
    wide = torch.cat(states, 1)
    width = wide.size(1)
    return [wide.view([pictures, -1, width])[:, skip:].reshape([-1, width])]

  # The gradients of the chosen layers' states, from that of the features.
  def features_back(self: __torch__.Kernels, d: Tensor, pictures: int, skip: int, layers: int) -> List[Tensor]:
    used = d.view([pictures, -1, d.size(1)])
    if skip > 0:
      used = torch.cat([torch.zeros([pictures, skip, d.size(1)], dtype=d.dtype, device=d.device), used], 1)
    return [part.contiguous() for part in used.reshape([-1, d.size(1)]).chunk(layers, 1)]
