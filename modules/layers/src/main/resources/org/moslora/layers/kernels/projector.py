  # LLaVA's projector (Liu et al. 2023, arXiv:2310.03744): two linears with an activation between, from the tower's
  # features [m, vision width · layers] to embeddings [m, hidden]. ws: weight and bias of both.

  # [y, inner, …]: the output and what the backward pass needs besides x.
  def projector_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], act: str, dropout: float, seed: int) -> List[Tensor]:
    bare = self.places(ps)
    inner = self.linear(x, ws, ps, bare, 0, 0, dropout, seed)
    return [self.linear(self.activation(inner, act), ws, ps, bare, 0, 1, dropout, seed), inner] + bare

  def projector_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], act: str, dropout: float, seed: int, need: bool) -> List[Tensor]:
    inner = saved[0]
    bare = saved[1:]
    none = torch.empty([0])
    da = self.linear_back(dy, self.activation(inner, act), none, ws, gws, ps, gps, bare, 0, 1, dropout, seed, True)
    return [self.linear_back(self.activation_back(da, inner, act), x, none, ws, gws, ps, gps, bare, 0, 0, dropout, seed, need)]
