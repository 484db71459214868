package org.moslora.adapters.names;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.adapters.form.TensorRole;

/**
 * The keys of kohya's scripts, which A1111, ComfyUI and LyCORIS share: {@code lora_unet_PATH.lora_down.weight} and
 * {@code .alpha}, the path's dots as underscores; of text encoders {@code lora_te_}, of SDXL's {@code lora_te1_} and
 * {@code lora_te2_}. Files for SDXL number the UNet's blocks as latent diffusion does.
 */
public final class KohyaNaming implements Naming {
    private static final Pattern KEY = Pattern.compile("(lora_unet|lora_te1|lora_te2|lora_te|lycoris)_([^.]+)\\.(.+)");
    private static final Map<String, TensorRole> ROLES = new LinkedHashMap<>();

    static {
        for (TensorRole role : TensorRole.values()) {
            if (!role.kohya().isEmpty()) {
                ROLES.put(role.kohya(), role);
            }
        }
    }

    private final LatentNames blocks;
    private final boolean latent;
    private final boolean two;

    /**
     * A way of writing; any of them reads all.
     *
     * @param latent whether the UNet's blocks are numbered as latent diffusion does
     * @param two whether there are two text encoders
     */
    public KohyaNaming(BlockLayout layout, boolean latent, boolean two) {
        this.blocks = new LatentNames(layout);
        this.latent = latent;
        this.two = two;
    }

    @Override
    public Optional<Named> parse(String key) {
        Matcher match = KEY.matcher(key);
        if (!match.matches() || !ROLES.containsKey(match.group(3))) {
            return Optional.empty();
        }
        return Optional.of(
                new Named(path(match.group(1), Underscores.split(match.group(2))), ROLES.get(match.group(3))));
    }

    private String path(String prefix, String path) {
        return switch (prefix) {
            case "lora_te", "lora_te1" -> Components.canonical(path, Components.TEXT);
            case "lora_te2" -> Components.canonical(path, Components.TEXT_2);
            case "lora_unet" -> Components.UNET + blocks.diffusers(path);
            default -> Components.canonical(blocks.diffusers(path), "");
        };
    }

    @Override
    public String key(String path, TensorRole role) {
        String component = Components.of(path);
        String within = Components.within(path);
        if (role.kohya().isEmpty() || component.isEmpty()) {
            throw new IllegalArgumentException("these files have no " + role.label() + " of " + path);
        }
        String prefix = !Components.isText(component)
                ? "lora_unet_"
                : !two ? "lora_te_" : component.equals(Components.TEXT) ? "lora_te1_" : "lora_te2_";
        String name = latent && component.equals(Components.UNET) ? blocks.latent(within) : within;
        return prefix + name.replace('.', '_') + "." + role.kohya();
    }

    /** Whether a key numbers blocks as latent diffusion does. */
    public static boolean isLatent(String key) {
        return key.matches(
                "(lora_unet|lycoris)_(input_blocks|output_blocks|middle_block|time_embed_|label_emb_|out_).*");
    }

    @Override
    public String format() {
        return "kohya";
    }
}
