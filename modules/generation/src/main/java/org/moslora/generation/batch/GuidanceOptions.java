package org.moslora.generation.batch;

import java.util.Set;
import org.moslora.generation.image.FamilyTraits;
import org.moslora.generation.image.PictureTraits;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;

/**
 * Leaves out of what is asked whatever of guidance and negative prompts has no say with a model, and tells so once.
 *
 * @param said what was told already
 */
record GuidanceOptions(PictureTraits model, Messages messages, Set<String> said) {
    /**
     * The options that have a say.
     *
     * @param chosen whether the guidance among them was asked for
     */
    Options settled(Options options, boolean chosen) {
        return model.family().rule().embedding() == FamilyTraits.GuidanceRule.Embedding.NEVER
                ? free(options)
                : embedded(options, chosen);
    }

    private Options free(Options options) {
        if (options.get(Option.TRUE_GUIDANCE).isPresent()) {
            throw new InvalidInput(
                    FieldName.of("true-guidance"),
                    "is for models that are told their guidance, such as FLUX.1; of this one it is "
                            + FieldName.of("guidance"));
        }
        double guidance = options.get(Option.GUIDANCE, model.guidance());
        FamilyTraits.GuidanceRule rule = model.family().rule();
        if (rule.distilled() && guidance > rule.above()) {
            tell("guidance", "guidance " + guidance + " has no effect: this model was distilled to do without");
        }
        if (!rule.of(guidance).isFree() && options.get(Option.NEGATIVE).isPresent()) {
            tell(
                    "negative",
                    "the negative prompt has no effect: "
                            + (rule.distilled()
                                    ? "this model was distilled to do without guidance"
                                    : "with guidance " + guidance + " there is none; it needs more than "
                                            + Math.round(rule.above())));
        }
        return options; // pictures say what was asked for, as the web UI's do
    }

    private Options embedded(Options options, boolean chosen) {
        Options told = options;
        if (model.family().rule().embedding() == FamilyTraits.GuidanceRule.Embedding.LACKING) {
            if (chosen) {
                tell("guidance", "guidance has no effect: this model has no embedding of it (guidance_embeds)");
            }
            told = options.without(Option.GUIDANCE);
        }
        boolean free = options.get(Option.TRUE_GUIDANCE, 1.0) > 1;
        boolean negative = options.get(Option.NEGATIVE).isPresent();
        if (negative && !free) {
            tell(
                    "negative",
                    "the negative prompt has no effect: it needs " + FieldName.of("true-guidance") + " of more than 1");
        }
        if (free && !negative) {
            tell(
                    "true-guidance",
                    FieldName.of("true-guidance") + " has no effect: it needs a prompt that is negative ("
                            + FieldName.of("negative") + ")");
        }
        return negative && free ? told : told.without(Option.NEGATIVE).without(Option.TRUE_GUIDANCE);
    }

    private void tell(String once, String line) {
        if (said.add(once)) {
            messages.tell(line);
        }
    }
}
