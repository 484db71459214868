package org.moslora.adapters.names;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.FactorKind;
import org.moslora.adapters.form.TensorRole;

/**
 * PEFT's keys, {@code base_model.model.PATH.lora_A.weight}, and diffusers' newer ones, which are the same without the
 * first part. MoSLoRA's mixer is {@code lora_mixer}; the authors' {@code lora_AB} is read. AdaLoRA's factors are
 * parameters of their own, without {@code .weight}.
 */
public final class PeftNaming implements Naming {
    private static final String PREFIX = "base_model.model.";
    private static final Pattern KEY = Pattern.compile(
            "(?:(llm|visual_encoder)\\.)?(?:base_model\\.model\\.)?(.+?)\\.(lora_A|lora_B|lora_mixer|lora_AB|lora_E"
                    + "|lora_embedding_A|lora_embedding_B|lora_router|lora_magnitude_vector|lora_mid|alpha|hada_\\w+|lokr_\\w+"
                    + "|base_layer)(?:\\.default(?:_\\d{1,4})?)?(\\.weight|\\.bias)?");
    /** Factors that only settings give a meaning. */
    private static final Set<TensorRole> TOLD = EnumSet.of(TensorRole.DIAGONAL, TensorRole.ROUTER);
    /** What the MoSLoRA authors call the mixer. */
    private static final String AUTHORS_MIXER = "lora_AB";

    private final String prefix;
    private final String home;
    private final @Nullable FactorKind kind;

    private PeftNaming(String prefix, String home, @Nullable FactorKind kind) {
        this.prefix = prefix;
        this.home = home;
        this.kind = kind;
    }

    /**
     * PEFT's own.
     *
     * @param home the component of paths that do not say theirs; empty if only they can tell
     * @param kind what the settings say that the layers are, or null
     */
    public static PeftNaming peft(String home, @Nullable FactorKind kind) {
        return new PeftNaming(PREFIX, home, kind);
    }

    /** What diffusers writes. */
    public static PeftNaming diffusers() {
        return new PeftNaming("", "", null);
    }

    @Override
    public Optional<Named> parse(String key) {
        Matcher match = KEY.matcher(key);
        if (!match.matches()) {
            return Optional.empty();
        }
        boolean bias = ".bias".equals(match.group(4));
        boolean weight = match.group(4) != null && !bias;
        String name = match.group(3).equals(AUTHORS_MIXER)
                ? TensorRole.MIXER.label()
                : match.group(3) + (bias ? ".bias" : "");
        for (TensorRole role : TensorRole.values()) {
            if (role.label().equals(name) && fits(role, weight) && (!TOLD.contains(role) || isOwn(role))) {
                return Optional.of(new Named(path(match), role));
            }
        }
        return Optional.empty();
    }

    private boolean isOwn(TensorRole role) {
        return kind != null && kind.ownRoles().contains(role);
    }

    private boolean fits(TensorRole role, boolean weight) {
        return role == TensorRole.MAGNITUDE
                || (kind != null && kind.hasBareKeys())
                || weight == (role.peft() + role.kohya()).contains(".weight");
    }

    /** xtuner, with which the authors trained LLaVA, gives each half of the model a name of its own. */
    private String path(Matcher match) {
        String path = "visual_encoder".equals(match.group(1)) ? "vision_tower." + match.group(2) : match.group(2);
        return Components.canonical(path, home);
    }

    @Override
    public String key(String path, TensorRole role) {
        if (role.peft().isEmpty()) {
            throw new IllegalArgumentException("PEFT has no " + role.label());
        }
        return prefix + path + "." + role.peft();
    }

    @Override
    public String format() {
        return prefix.isEmpty() ? "diffusers" : "PEFT";
    }
}
