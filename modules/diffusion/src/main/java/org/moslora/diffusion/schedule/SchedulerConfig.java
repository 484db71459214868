package org.moslora.diffusion.schedule;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.moslora.problems.FieldName;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/**
 * A model's {@code scheduler_config.json}: what it says, and for what it leaves out the defaults of the class in
 * diffusers that it is read for. Immutable.
 */
public final class SchedulerConfig implements PictureSchedule {
    private static final String CLASS = "_class_name";
    private static final String DEFAULTS = "_use_default_values";

    private final String where;
    private final JsonObject json;
    private final SchedulerName own;

    private SchedulerConfig(String where, JsonObject json) {
        this.where = where;
        this.json = json;
        JsonElement name = json.get(CLASS);
        if (name == null || !name.isJsonPrimitive()) {
            throw new InvalidInput(
                    where,
                    "has no _class_name, so it is not known which scheduler it is for; known: "
                            + String.join(", ", SchedulerName.classNames()));
        }
        own = SchedulerName.ofClass(where, name.getAsString());
    }

    /**
     * Reads a file.
     *
     * @param file usually {@code scheduler/scheduler_config.json} of a model folder
     * @throws InvalidInput if it is absent, no JSON object, or of a class that is not known
     */
    public static SchedulerConfig read(Path file) {
        try {
            return parse(file.toString(), InputFile.text(file));
        } catch (NoSuchFileException absent) {
            throw new InvalidInput(file.toString(), "is absent; is the model folder complete?");
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    /** Reads the text of such a file; {@code where} names it in messages. */
    public static SchedulerConfig parse(String where, String text) {
        JsonElement json;
        try {
            json = JsonParser.parseString(text); // lenient, because Python writes -Infinity
        } catch (JsonParseException | StackOverflowError broken) {
            throw new InvalidInput(where, "is not valid JSON: " + broken.getMessage());
        }
        if (!json.isJsonObject()) {
            throw new InvalidInput(where, "must hold a JSON object");
        }
        return new SchedulerConfig(where, defaultsTakenOut(json.getAsJsonObject()));
    }

    /** What single-file checkpoints of Stable Diffusion 1 and 2 go by, which hold no scheduler: PNDM. */
    public static SchedulerConfig stableDiffusion(Prediction prediction) {
        JsonObject json = latentDiffusion("PNDMScheduler", prediction);
        json.addProperty("skip_prk_steps", true);
        json.addProperty("set_alpha_to_one", false);
        return new SchedulerConfig("scheduler", json);
    }

    /** The same for Stable Diffusion XL: Euler. */
    public static SchedulerConfig stableDiffusionXl(Prediction prediction) {
        JsonObject json = latentDiffusion("EulerDiscreteScheduler", prediction);
        json.addProperty("set_alpha_to_one", false);
        json.addProperty("skip_prk_steps", true);
        json.addProperty("timestep_spacing", "leading");
        return new SchedulerConfig("scheduler", json);
    }

    private static JsonObject latentDiffusion(String className, Prediction prediction) {
        JsonObject json = new JsonObject();
        json.addProperty(CLASS, className);
        json.addProperty("num_train_timesteps", 1000);
        json.addProperty("beta_start", 0.00085);
        json.addProperty("beta_end", 0.012);
        json.addProperty("beta_schedule", "scaled_linear");
        json.addProperty("clip_sample", false);
        json.addProperty("steps_offset", 1);
        json.addProperty("prediction_type", prediction.spelling());
        return json;
    }

    // A file may list which of its values were only defaults; they are then the reading class's to choose.
    private static JsonObject defaultsTakenOut(JsonObject json) {
        JsonObject taken = json.deepCopy();
        if (taken.remove(DEFAULTS) instanceof com.google.gson.JsonArray names) {
            for (JsonElement name : names) {
                if (name.isJsonPrimitive()) {
                    taken.remove(name.getAsString());
                }
            }
        }
        return taken;
    }

    @Override
    public SchedulerName own() {
        return own != SchedulerName.DPMPP_2M || !isTrue("use_karras_sigmas") ? own : SchedulerName.DPMPP_2M_KARRAS;
    }

    /**
     * The file as the pipelines of Stable Diffusion 1 and 2 take it, which amend outdated ones: steps_offset is 1 and
     * clip_sample false wherever the file has them otherwise. Those of Stable Diffusion XL do not.
     */
    public SchedulerConfig amended() {
        JsonObject amended = json.deepCopy();
        if (amended.has("steps_offset")) {
            amended.addProperty("steps_offset", 1);
        }
        if (isTrue("clip_sample")) {
            amended.addProperty("clip_sample", false);
        }
        return new SchedulerConfig(where, amended);
    }

    /** The same file for a model that predicts something else than it says. */
    public SchedulerConfig withPrediction(Prediction prediction) {
        JsonObject changed = json.deepCopy();
        changed.addProperty("prediction_type", prediction.spelling());
        return new SchedulerConfig(where, changed);
    }

    /**
     * The scheduler that the file is for.
     *
     * @throws InvalidInput with everything in the file that is wrong or not supported
     */
    public Scheduler scheduler() {
        return made(json, own());
    }

    /**
     * Another scheduler on the same noise: fields that both have are kept, what the file lacks takes the new class's
     * default, and PNDM skips its Runge–Kutta steps.
     *
     * @throws InvalidInput with everything in the file that is wrong or not supported
     */
    public Scheduler scheduler(SchedulerName name) {
        JsonObject changed = json.deepCopy();
        if (name == SchedulerName.PNDM) {
            changed.addProperty("skip_prk_steps", true);
        } else if (name == SchedulerName.DPMPP_2M_KARRAS) {
            changed.addProperty("use_karras_sigmas", true);
        }
        return made(changed, name);
    }

    @Override
    public Scheduler scheduler(SchedulerName name, int tokens) {
        if (name == SchedulerName.FLOW_EULER) {
            throw new InvalidInput(
                    FieldName.of("scheduler"),
                    name.spelling() + " is for models trained by flow matching, and this one is not; it knows "
                            + String.join(", ", SchedulerName.spellingsOfNoise()));
        }
        return name == own() ? scheduler() : scheduler(name);
    }

    private Scheduler made(JsonObject from, SchedulerName name) {
        Problems problems = new Problems();
        Scheduler scheduler = new SchedulerFactory(new Fields(where, from, problems)).make(name);
        problems.throwIfAny();
        return scheduler;
    }

    /**
     * What training adds noise with and aims at.
     *
     * @throws InvalidInput with everything in the file that is wrong
     */
    public ForwardProcess training() {
        Problems problems = new Problems();
        ForwardProcess noise = new SchedulerFactory(new Fields(where, json, problems)).training();
        problems.throwIfAny();
        return noise;
    }

    private boolean isTrue(String name) {
        return json.get(name) instanceof JsonPrimitive value && value.isBoolean() && value.getAsBoolean();
    }
}
