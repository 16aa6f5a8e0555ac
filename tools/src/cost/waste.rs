//! The rules of waste over one resource.

use domain::Text;

use crate::inventory_row::{Kind, Resource};

/// Below this average CPU over thirty days, in per cent, an instance does no work.
const IDLE_CPU: f64 = 5.0;

/// Below this traffic out over thirty days, in GB, nobody is served. A quiet standby that answers requests is above it.
const IDLE_NETWORK_GB: f64 = 10.0;

/// A kind of waste.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Waste {
    /// A running instance that does nothing.
    IdleInstance,
    /// A disk attached to nothing.
    UnattachedDisk,
    /// A public address attached to nothing.
    UnattachedAddress,
    /// A stopped instance that is still charged.
    StoppedButBilled,
}

impl Waste {
    /// What is wasted about a resource, when something is. Only what costs money is waste.
    pub fn of(resource: &Resource) -> Option<Self> {
        if !resource.costs_money() {
            return None;
        }
        match resource.kind() {
            Kind::Instance if resource.is_stopped() => Some(Self::StoppedButBilled),
            Kind::Instance if resource.is_running() && is_idle(resource) => Some(Self::IdleInstance),
            Kind::Disk if resource.is_unattached() => Some(Self::UnattachedDisk),
            Kind::Address if resource.is_unattached() => Some(Self::UnattachedAddress),
            _ => None,
        }
    }

    /// Its name.
    pub fn title(self) -> Text {
        match self {
            Self::IdleInstance => Text::new("闲置实例", "Idle instance"),
            Self::UnattachedDisk => Text::new("未挂载云盘", "Unattached disk"),
            Self::UnattachedAddress => Text::new("未绑定公网 IP", "Unattached address"),
            Self::StoppedButBilled => Text::new("已停机仍计费", "Stopped but billed"),
        }
    }

    /// The action to propose: its name, and in words.
    pub fn action(self) -> (&'static str, Text) {
        match self {
            Self::IdleInstance => ("stop", Text::new("停机,观察后再释放", "stop it, then release it if nobody misses it")),
            Self::UnattachedDisk => ("release", Text::new("打快照后释放", "take a snapshot, then release it")),
            Self::UnattachedAddress => ("release", Text::new("释放", "release it")),
            Self::StoppedButBilled => ("release", Text::new("释放,或改为停机不收费", "release it, or switch to the mode without charges")),
        }
    }
}

/// Unknown traffic is not low traffic.
fn is_idle(resource: &Resource) -> bool {
    resource.cpu.is_some_and(|cpu| cpu < IDLE_CPU) && resource.network_out.is_some_and(|gb| gb < IDLE_NETWORK_GB)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(resource_type: &str, status: &str) -> Resource {
        Resource {
            resource_type: resource_type.into(),
            status: status.into(),
            monthly_cost: Some(domain::Decimal::from(10)),
            ..Resource::default()
        }
    }

    #[test]
    fn an_instance_is_idle_when_neither_cpu_nor_network_works() {
        let check = |cpu: f64, network: Option<f64>, expect: Option<Waste>| {
            let resource = Resource { cpu: Some(cpu), network_out: network, ..resource("Instance", "Running") };
            assert_eq!(Waste::of(&resource), expect, "{cpu} {network:?}");
        };
        check(1.2, Some(0.4), Some(Waste::IdleInstance));
        check(2.6, Some(820.0), None);
        check(5.0, Some(0.4), None);
        check(1.2, None, None);
    }

    #[test]
    fn what_is_attached_to_nothing_is_waste() {
        assert_eq!(Waste::of(&resource("Disk", "Available")), Some(Waste::UnattachedDisk));
        assert_eq!(Waste::of(&resource("Disk", "In_use")), None);
        let attached = Resource { attached_to: "i-1".into(), ..resource("Elastic IP", "Available") };
        assert_eq!(Waste::of(&attached), None);
        assert_eq!(Waste::of(&resource("Elastic IP", "Available")), Some(Waste::UnattachedAddress));
        let free = Resource { monthly_cost: None, ..resource("Disk", "Available") };
        assert_eq!(Waste::of(&free), None);
    }
}
