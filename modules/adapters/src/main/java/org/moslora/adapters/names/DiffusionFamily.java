package org.moslora.adapters.names;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The families of image generators, as far as an adapter's files differ by them. */
public enum DiffusionFamily {
    /** Version 1. */
    V1("Stable Diffusion 1", "sd_v1", "stable-diffusion-v1", 512),
    /** Version 2. */
    V2("Stable Diffusion 2", "sd_v2", "stable-diffusion-v2-512", 512),
    /** Version 1 or 2: nothing tells them apart. */
    V1_OR_2("Stable Diffusion 1 or 2", "sd_v1", "stable-diffusion-v1", 512),
    /** XL. */
    XL("Stable Diffusion XL", "sdxl_base_v1-0", "stable-diffusion-xl-v1-base", 1024),
    /** Z-Image. */
    Z_IMAGE("Z-Image", "z_image", "z-image", 1024),
    /** FLUX.2, klein among them. */
    FLUX_2("FLUX.2", "flux2", "flux-2", 1024),
    /** FLUX.1. */
    FLUX_1("FLUX.1", "flux1", "flux-1-dev", 1024),
    /** Version 3 and 3.5. */
    V3("Stable Diffusion 3", "sd3", "stable-diffusion-3", 1024);

    private final String description;
    private final String kohya;
    private final String architecture;
    private final int side;

    DiffusionFamily(String description, String kohya, String architecture, int side) {
        this.description = description;
        this.kohya = kohya;
        this.architecture = architecture;
        this.side = side;
    }

    /** What people are told. */
    public String description() {
        return description;
    }

    /** The component that takes the noise off. */
    public String denoiser() {
        return switch (this) {
            case Z_IMAGE, FLUX_2, FLUX_1, V3 -> Components.TRANSFORMER;
            case V1, V2, V1_OR_2, XL -> Components.UNET;
        };
    }

    /** {@code ss_base_model_version}. */
    public String kohya() {
        return kohya;
    }

    /** {@code modelspec.architecture} of a model. */
    public String architecture() {
        return architecture;
    }

    /** Side of the pictures that most of its models are made for. */
    public int side() {
        return side;
    }

    /**
     * What a recorded name of a family says, such as {@code Stable Diffusion XL}, {@code sdxl} or
     * {@code STABLE_DIFFUSION_2}.
     */
    public static Optional<DiffusionFamily> said(@Nullable String name) {
        String low = name == null ? "" : name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        if (low.startsWith("zimage")) {
            return Optional.of(Z_IMAGE);
        }
        if (low.startsWith("flux2")) {
            return Optional.of(FLUX_2);
        }
        if (low.startsWith("flux1")) {
            return Optional.of(FLUX_1);
        }
        if (!low.startsWith("sd") && !low.startsWith("stablediffusion")) {
            return Optional.empty();
        }
        String rest = low.replaceFirst("sd|stablediffusion", "");
        return Optional.of(
                rest.startsWith("xl")
                        ? XL
                        : rest.matches("v?3.*")
                                ? V3
                                : rest.matches("v?2.*") ? V2 : rest.matches("v?1(?!or2).*") ? V1 : V1_OR_2);
    }

    /**
     * What the paths of layers tell; empty where they are of no diffusion model.
     *
     * @param projected width of the text that the UNet reads, 0 if no layer shows it
     * @param pointwise whether transformers are entered through convolutions; null if no layer shows it
     */
    public static Optional<DiffusionFamily> of(Collection<String> paths, long projected, @Nullable Boolean pointwise) {
        if (paths.stream().allMatch(path -> Components.of(path).isEmpty())) {
            return Optional.empty();
        }
        if (any(paths, "transformer\\..*")) {
            return ofTransformer(paths);
        }
        boolean finest = any(paths, "unet\\.down_blocks\\.0\\.attentions\\..*");
        boolean coarser = any(paths, "unet\\.down_blocks\\.[1-9]\\.attentions\\..*");
        boolean deep = any(paths, ".*\\.transformer_blocks\\.[1-9]\\d*\\..*");
        boolean extra = any(paths, "text_encoder_2\\..*|unet\\.add_embedding\\..*");
        // XL alone has several transformer blocks in one, and none at its finest resolution.
        if (extra || deep || projected == 2048 || (coarser && !finest)) {
            return Optional.of(XL);
        }
        if (projected == 1024 || Boolean.FALSE.equals(pointwise)) {
            return Optional.of(V2);
        }
        return Optional.of(projected == 768 || Boolean.TRUE.equals(pointwise) ? V1 : V1_OR_2);
    }

    private static Optional<DiffusionFamily> ofTransformer(Collection<String> paths) {
        if (any(paths, "transformer\\.(layers|noise_refiner|context_refiner|all_\\w+|cap_embedder|t_embedder)\\..*")) {
            return Optional.of(Z_IMAGE);
        }
        boolean own = any(
                paths,
                "transformer\\.(single_transformer_blocks\\.\\d+\\.attn\\.(to_qkv_mlp_proj|to_out)|transformer_blocks\\.\\d+"
                        + "\\.ff(_context)?\\.linear_(in|out)|(double|single)_stream_modulation\\w*\\.linear)");
        if (own) {
            return Optional.of(FLUX_2);
        }
        if (any(
                paths,
                "transformer\\.(single_transformer_blocks|x_embedder|time_text_embed\\.guidance_embedder)\\..*|transformer\\.x_embedder")) {
            return Optional.of(FLUX_1);
        }
        return any(paths, "transformer\\.(transformer_blocks|pos_embed|context_embedder|time_text_embed|norm_out)\\b.*")
                ? Optional.of(V3)
                : Optional.empty();
    }

    private static boolean any(Collection<String> paths, String pattern) {
        return paths.stream().anyMatch(path -> path.matches(pattern));
    }
}
