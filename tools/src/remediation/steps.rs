//! One resource of a change: has it moved, do it, look at it, undo it.

use domain::{Action, Text};

use super::{Cloud, CloudError, CloudResource, dry_run::Line};

/// What differs from the dry run; none when the world is as it was.
pub(super) async fn drift(cloud: &dyn Cloud, action: &Action, line: &Line) -> Result<Option<Text>, CloudError> {
    let id = &line.resource_id;
    let Some(now) = cloud.describe(id).await? else {
        return Ok(Some(Text::new(format!("{id} 已不存在"), format!("{id} is gone"))));
    };
    let expected = &line.expected;
    let moved = |what_zh: &str, what: &str, before: &str, after: &str| {
        Some(Text::new(
            format!("{id} 的{what_zh}由“{before}”变成了“{after}”"),
            format!("the {what} of {id} changed from `{before}` to `{after}`"),
        ))
    };
    let differs = |a: &str, b: &str| !a.eq_ignore_ascii_case(b);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Ok(match action {
        Action::Tag { key, .. } if now.tags.get(key) != expected.tag.as_ref() => {
            moved("标签", "tag", &text(&expected.tag), &text(&now.tags.get(key).cloned()))
        }
        Action::Tag { .. } => None,
        Action::Stop | Action::Release | Action::Resize { .. } => {
            if differs(&now.status, &expected.status) {
                moved("状态", "status", &expected.status, &now.status)
            } else if now.attached_to != expected.attached_to {
                moved("挂载", "attachment", &expected.attached_to, &now.attached_to)
            } else if now.instance_type != expected.instance_type {
                moved("规格", "size", &text(&expected.instance_type), &text(&now.instance_type))
            } else {
                None
            }
        }
    })
}

/// Does it.
pub(super) async fn act(cloud: &dyn Cloud, action: &Action, line: &Line) -> Result<(), CloudError> {
    let id = &line.resource_id;
    match action {
        Action::Stop => cloud.stop(id).await,
        Action::Release => cloud.release(id).await,
        Action::Resize { instance_type } => cloud.resize(id, instance_type).await,
        Action::Tag { key, value } => cloud.set_tag(id, key, Some(value)).await,
    }
}

/// Reads back whether it is as the change wants it.
pub(super) async fn is_done(cloud: &dyn Cloud, action: &Action, line: &Line) -> Result<bool, CloudError> {
    Ok(is_as_wanted(action, cloud.describe(&line.resource_id).await?.as_ref()))
}

fn is_as_wanted(action: &Action, now: Option<&CloudResource>) -> bool {
    match (action, now) {
        (Action::Release, now) => now.is_none(),
        (_, None) => false,
        (Action::Stop, Some(now)) => now.status.eq_ignore_ascii_case("stopped"),
        (Action::Resize { instance_type }, Some(now)) => now.instance_type.as_ref() == Some(instance_type),
        (Action::Tag { key, value }, Some(now)) => now.tags.get(key) == Some(value),
    }
}

/// Brings it back to what it was before.
pub(super) async fn undo(cloud: &dyn Cloud, action: &Action, line: &Line) -> Result<(), CloudError> {
    let id = &line.resource_id;
    match action {
        Action::Stop => cloud.start(id).await,
        Action::Release => cloud.restore(id).await,
        Action::Resize { .. } => match &line.expected.instance_type {
            Some(before) => cloud.resize(id, before).await,
            None => Err(CloudError::Refused { id: id.clone(), reason: "its former size is not known".to_owned() }),
        },
        Action::Tag { key, .. } => cloud.set_tag(id, key, line.expected.tag.as_deref()).await,
    }
}
